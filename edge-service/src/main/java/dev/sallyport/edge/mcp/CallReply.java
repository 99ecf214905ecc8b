package dev.sallyport.edge.mcp;

import dev.sallyport.edge.call.CallAnswers;
import dev.sallyport.edge.call.CallEnd;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings what comes back from a call to its client: one JSON body when the answer is the first to
 * come, else a stream of events.
 */
public final class CallReply implements CallAnswers {

  private static final byte[] RESULT_TYPE = ResponseFrame.utf8("\"resultType\":\"complete\"");
  private static final byte[] COMMA = {','};

  private final Reply reply;
  private final Frame.Request request;
  private final Era era;
  private final McpSettings settings;
  private final @Nullable Asker asker;
  private volatile long lastSentNanos = System.nanoTime();

  /** Passes a request of the upstream to a client that can be asked. */
  @FunctionalInterface
  public interface Asker {

    /**
     * @return the frame to send, with an id by which the answer will be recognised; null if it
     *     cannot be asked
     */
    byte @Nullable [] ask(RunningCall call, String serverRequestId, HeapBytes frame);
  }

  /**
   * @param asker null for a client that cannot be asked
   */
  public CallReply(
      Reply reply, Frame.Request request, Era era, McpSettings settings, @Nullable Asker asker) {
    this.reply = reply;
    this.request = request;
    this.era = era;
    this.settings = settings;
    this.asker = asker;
  }

  @Override
  public void notification(Buffer frame) {
    lastSentNanos = System.nanoTime();
    byte[] message = exactly(HeapBytes.of(frame));
    reply.run(() -> reply.message(message));
  }

  @Override
  public boolean serverRequest(RunningCall call, String id, Buffer frame) {
    byte[] question = asker == null ? null : asker.ask(call, id, HeapBytes.of(frame));
    if (question == null) {
      return false;
    }
    lastSentNanos = System.nanoTime();
    reply.run(() -> reply.message(question));
    return true;
  }

  @Override
  public void stillRunning(long nowNanos) {
    long quiet = nowNanos - lastSentNanos;
    if (quiet < settings.streamAfter().toNanos()) {
      return;
    }
    reply.run(
        () -> {
          if (!reply.isStream() || quiet >= settings.keepAlive().toNanos()) {
            reply.keepAlive();
            lastSentNanos = System.nanoTime();
          }
        });
  }

  @Override
  public void end(CallEnd end) {
    reply.run(
        () -> {
          switch (end) {
            case CallEnd.Answered answered ->
                reply.answer(status(answered.frame()), answer(answered.frame()));
            case CallEnd.Failed failed ->
                ErrorAnswer.send(reply, era, request, failed.id(), failed.failure());
            case CallEnd.Waits waits ->
                ErrorAnswer.send(reply, era, request, waits.id(), waits.failure());
            case CallEnd.Cancelled cancelled -> {
              // A legacy client that cancelled gets no response (2025-11-25 cancellation).
              switch (era) {
                case LEGACY -> reply.close();
                case MODERN ->
                    ErrorAnswer.send(
                        reply, era, request, cancelled.id(), Failure.of(ErrorCode.CANCELLED));
              }
            }
          }
        });
  }

  /** Errors of an upstream that have a status of their own (2026-07-28 streamable-http). */
  private int status(Frame.Response frame) {
    if (era == Era.LEGACY || frame.error() == null) {
      return 200;
    }
    return switch (frame.errorCode()) {
      case JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY, JsonRpcError.HEADER_MISMATCH -> 400;
      case JsonRpcError.METHOD_NOT_FOUND -> 404;
      default -> 200;
    };
  }

  /** The frame as it came; in the modern era with the result type that older servers leave out. */
  private Buffer answer(Frame.Response frame) {
    byte[] data = frame.data();
    Span whole = frame.whole();
    Span result = frame.result();
    if (era == Era.LEGACY || result == null || frame.hasResultType()) {
      return HeapBytes.wrap(data, whole.start(), whole.length());
    }
    int inside = result.start() + 1;
    return Buffer.buffer(
        Unpooled.wrappedBuffer(
            Unpooled.wrappedBuffer(data, whole.start(), inside - whole.start()),
            Unpooled.wrappedBuffer(RESULT_TYPE),
            isEmpty(data, inside) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(COMMA),
            Unpooled.wrappedBuffer(data, inside, whole.end() - inside)));
  }

  private static boolean isEmpty(byte[] data, int inside) {
    int at = inside;
    while (data[at] == ' ' || data[at] == '\n' || data[at] == '\r' || data[at] == '\t') {
      at++;
    }
    return data[at] == '}';
  }

  private static byte[] exactly(HeapBytes bytes) {
    return bytes.offset() == 0 && bytes.length() == bytes.array().length
        ? bytes.array()
        : Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length());
  }
}
