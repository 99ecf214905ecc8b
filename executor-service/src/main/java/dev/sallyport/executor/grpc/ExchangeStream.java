package dev.sallyport.executor.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.executor.exchange.Exchange;
import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.executor.exchange.Sink;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Parked;
import dev.sallyport.proto.executor.v1.ServerRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as a stream: gathers the pieces of the request frame, cuts the answer into pieces,
 * and sends only as fast as the peer reads. The end of the stream by the peer cancels the call.
 */
final class ExchangeStream implements StreamObserver<ExchangeUp>, Sink {

  /** The largest piece of a frame in one message. */
  static final int CHUNK = 64 * 1024;

  /** Progress beyond this is dropped while the peer does not read; what counts never is. */
  private static final int MOST_QUEUED_NOTIFICATIONS = 256;

  /** No frame is larger, whatever the settings. */
  private static final long LARGEST_FRAME = 1L << 30;

  private final Exchanges exchanges;
  private final ServerCallStreamObserver<ExchangeDown> down;

  // The request; touched by gRPC's calls only, which come one at a time.
  private @Nullable Open header;
  private @Nullable CallContext context;
  private @Nullable Buffer frame;
  private long receivedNanos;
  private volatile @Nullable Exchange exchange;

  // The answer; guarded by this.
  private final Deque<ExchangeDown> queue = new ArrayDeque<>();
  private @Nullable Buffer response;
  private int responseSent;
  private @Nullable End end;
  private boolean closed;
  private boolean endSent;
  private boolean peerHasFinished;

  private ExchangeStream(Exchanges exchanges, ServerCallStreamObserver<ExchangeDown> down) {
    this.exchanges = exchanges;
    this.down = down;
  }

  static ExchangeStream open(Exchanges exchanges, ServerCallStreamObserver<ExchangeDown> down) {
    ExchangeStream stream = new ExchangeStream(exchanges, down);
    down.setOnReadyHandler(stream::drain);
    down.setOnCancelHandler(() -> stream.gone("The caller went away."));
    return stream;
  }

  @Override
  public void onNext(ExchangeUp up) {
    switch (up.getPartCase()) {
      case OPEN -> opened(up.getOpen());
      case FRAME_CHUNK -> chunk(up.getFrameChunk());
      case CLIENT_RESPONSE -> {
        Exchange running = exchange;
        if (running != null) {
          running.respond(
              up.getClientResponse().getId(), buffer(up.getClientResponse().getFrame()));
        }
      }
      case CANCEL -> {
        Exchange running = exchange;
        if (running != null) {
          running.cancel(up.getCancel().getReason());
        } else {
          refuse(ErrorCode.CANCELLED, ErrorCode.CANCELLED.message());
        }
      }
      case PART_NOT_SET -> {}
    }
  }

  private void opened(Open open) {
    if (header != null) {
      refuse(ErrorCode.MALFORMED_FRAME, "The exchange was opened twice.");
      return;
    }
    receivedNanos = System.nanoTime();
    header = open;
    try {
      context = CallContexts.of(open.getContext());
    } catch (CallFailed e) {
      refuse(e.failure());
      return;
    }
    if (open.getFrameLength() < 1 || open.getFrameLength() > LARGEST_FRAME) {
      refuse(ErrorCode.FRAME_TOO_LARGE, ErrorCode.FRAME_TOO_LARGE.message());
      return;
    }
    chunk(open.getFirstChunk());
  }

  private void chunk(ByteString piece) {
    Open open = header;
    if (open == null || context == null || exchange != null || isOver()) {
      return;
    }
    long before = frame == null ? 0 : frame.length();
    long length = before + piece.size();
    if (length > open.getFrameLength() || piece.size() > CHUNK) {
      refuse(ErrorCode.MALFORMED_FRAME, "The frame is not as long as its header says.");
      return;
    }
    if (before == 0 && length == open.getFrameLength()) {
      frame = buffer(piece);
    } else {
      Buffer gathered = frame == null ? Buffer.buffer() : frame;
      frame = gathered.appendBuffer(buffer(piece));
    }
    if (length == open.getFrameLength()) {
      begin(open, context, frame);
    }
  }

  private void begin(Open open, CallContext whose, Buffer whole) {
    Open bare = open.toBuilder().clearFirstChunk().build();
    Exchange running = exchanges.open(whose, bare, whole, this, receivedNanos);
    exchange = running;
    if (isOver() && down.isCancelled()) {
      running.cancel("The caller went away.");
    }
  }

  private static Buffer buffer(ByteString bytes) {
    // A ByteString never changes, and nothing writes to a frame that came in.
    return Buffer.buffer(Unpooled.wrappedBuffer(bytes.asReadOnlyByteBuffer()));
  }

  @Override
  public void onError(Throwable failure) {
    gone("The caller went away.");
  }

  @Override
  public void onCompleted() {
    if (exchange == null) {
      refuse(ErrorCode.MALFORMED_FRAME, "The frame is not as long as its header says.");
    }
    // After a whole frame the peer may close its side: it has nothing more to say.
    boolean complete;
    synchronized (this) {
      complete = endSent && !peerHasFinished;
      peerHasFinished = true;
    }
    if (complete) {
      down.onCompleted();
    }
  }

  private void gone(String reason) {
    synchronized (this) {
      closed = true;
      queue.clear();
      response = null;
    }
    Exchange running = exchange;
    if (running != null) {
      running.cancel(reason);
    }
  }

  private void refuse(ErrorCode code, String message) {
    refuse(Failure.of(code, message));
  }

  private void refuse(Failure failure) {
    end(End.newBuilder().setFailed(GrpcErrors.toProto(failure)).setNotDelivered(true).build());
  }

  private synchronized boolean isOver() {
    return closed || end != null;
  }

  // ---- down

  @Override
  public void notification(Buffer notification) {
    synchronized (this) {
      if (queue.size() >= MOST_QUEUED_NOTIFICATIONS) {
        return;
      }
      queue.addLast(ExchangeDown.newBuilder().setNotification(bytes(notification)).build());
    }
    drain();
  }

  @Override
  public void serverRequest(String id, Buffer request) {
    add(
        ExchangeDown.newBuilder()
            .setServerRequest(ServerRequest.newBuilder().setId(id).setFrame(bytes(request)))
            .build());
  }

  @Override
  public void parked(Parked parked) {
    add(ExchangeDown.newBuilder().setParked(parked).build());
  }

  private void add(ExchangeDown message) {
    synchronized (this) {
      queue.addLast(message);
    }
    drain();
  }

  @Override
  public void response(Buffer whole) {
    synchronized (this) {
      response = whole;
    }
  }

  @Override
  public void end(End how) {
    synchronized (this) {
      if (end != null) {
        return;
      }
      end = how;
    }
    drain();
  }

  /** Sends what the peer has room for. Called again by gRPC when it has more. */
  private synchronized void drain() {
    while (!closed && down.isReady()) {
      ExchangeDown next = queue.pollFirst();
      if (next == null) {
        next = nextChunk();
      }
      if (next != null) {
        down.onNext(next);
      } else if (end != null) {
        closed = true;
        endSent = true;
        down.onNext(ExchangeDown.newBuilder().setEnd(end).build());
        // A stream that ends before the peer has closed its side is reset by the peer, and a
        // connection with many resets is given up (HTTP/2 rapid reset). The peer closes on End.
        if (peerHasFinished) {
          down.onCompleted();
        }
      } else {
        return;
      }
    }
  }

  private @Nullable ExchangeDown nextChunk() {
    Buffer whole = response;
    if (whole == null) {
      return null;
    }
    int to = Math.min(whole.length(), responseSent + CHUNK);
    ByteString piece = bytes(whole.slice(responseSent, to));
    responseSent = to;
    if (to == whole.length()) {
      response = null;
    }
    return ExchangeDown.newBuilder().setFrameChunk(piece).build();
  }

  private static ByteString bytes(Buffer buffer) {
    return UnsafeByteOperations.unsafeWrap(buffer.getByteBuf().nioBuffer());
  }
}
