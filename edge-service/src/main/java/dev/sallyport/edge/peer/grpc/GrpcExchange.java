package dev.sallyport.edge.peer.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.Cancel;
import dev.sallyport.proto.executor.v1.ClientResponse;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.OutcomeUnknown;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One Exchange stream. The frame goes out in pieces as the transport takes them; what comes back is
 * passed on in order. When the stream breaks, the call counts as not delivered only if its Open
 * never left this process, or the executor refused the stream before reading it.
 */
final class GrpcExchange implements Exchange, ClientResponseObserver<ExchangeUp, ExchangeDown> {

  private static final Logger LOG = Logger.getLogger(GrpcExchange.class);
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Open header;
  private final HeapBytes frame;
  private final Answers answers;
  private final OpenSent sent = new OpenSent();
  private final List<ByteString> response = new ArrayList<>(1);

  // Guarded by this: gRPC wants one sender at a time.
  private @Nullable ClientCallStreamObserver<ExchangeUp> up;
  private int position;
  private boolean opened;
  private boolean cancelled;
  private boolean over;

  // Written before the stream begins.
  private String executor = "";

  // Only touched by gRPC's callbacks, which come one at a time.
  private boolean ended;

  GrpcExchange(Open header, HeapBytes frame, Answers answers) {
    this.header = header;
    this.frame = frame;
    this.answers = answers;
  }

  void start(Channel channel) {
    executor = channel.authority();
    try {
      ExecutorGrpc.newStub(sent.on(channel)).exchange(this);
      pump();
    } catch (RuntimeException e) {
      onError(e);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ExchangeUp> stream) {
    synchronized (this) {
      up = stream;
    }
    stream.disableAutoRequestWithInitial(1);
    stream.setOnReadyHandler(this::pump);
  }

  /** Sends Open at once and the rest as long as the transport takes it. */
  private synchronized void pump() {
    ClientCallStreamObserver<ExchangeUp> stream = up;
    if (stream == null || over || cancelled) {
      return;
    }
    if (!opened) {
      opened = true;
      stream.onNext(
          ExchangeUp.newBuilder().setOpen(header.toBuilder().setFirstChunk(nextChunk())).build());
    }
    while (position < frame.length() && stream.isReady()) {
      stream.onNext(ExchangeUp.newBuilder().setFrameChunk(nextChunk()).build());
    }
  }

  private ByteString nextChunk() {
    int length = Math.min(CHUNK_BYTES, frame.length() - position);
    ByteString chunk =
        UnsafeByteOperations.unsafeWrap(frame.array(), frame.offset() + position, length);
    position += length;
    return chunk;
  }

  @Override
  public synchronized void respond(String serverRequestId, Buffer answer) {
    if (up != null && !over && !cancelled) {
      HeapBytes bytes = HeapBytes.of(answer);
      up.onNext(
          ExchangeUp.newBuilder()
              .setClientResponse(
                  ClientResponse.newBuilder()
                      .setId(serverRequestId)
                      .setFrame(
                          UnsafeByteOperations.unsafeWrap(
                              bytes.array(), bytes.offset(), bytes.length())))
              .build());
    }
  }

  @Override
  public synchronized void cancel(String reason) {
    if (up != null && !over && !cancelled) {
      cancelled = true;
      up.onNext(ExchangeUp.newBuilder().setCancel(Cancel.newBuilder().setReason(reason)).build());
    }
  }

  @Override
  public void onNext(ExchangeDown down) {
    if (ended) {
      return;
    }
    switch (down.getPartCase()) {
      case NOTIFICATION -> answers.notification(buffer(down.getNotification()));
      case SERVER_REQUEST ->
          answers.serverRequest(
              down.getServerRequest().getId(), buffer(down.getServerRequest().getFrame()));
      case FRAME_CHUNK -> response.add(down.getFrameChunk());
      case PARKED -> answers.parked(down.getParked(), executor);
      case END -> {
        if (!response.isEmpty()) {
          answers.response(joined());
        }
        end(down.getEnd());
        half();
      }
      case PART_NOT_SET -> {
        // Of a newer executor: nothing this version could pass on.
      }
    }
    ClientCallStreamObserver<ExchangeUp> stream = stream();
    if (stream != null) {
      stream.request(1);
    }
  }

  private synchronized @Nullable ClientCallStreamObserver<ExchangeUp> stream() {
    return up;
  }

  private synchronized void half() {
    if (up != null && !over) {
      over = true;
      up.onCompleted();
    }
  }

  private Buffer joined() {
    int length = 0;
    for (ByteString piece : response) {
      length += piece.size();
    }
    byte[] all = new byte[length];
    int at = 0;
    for (ByteString piece : response) {
      piece.copyTo(all, at);
      at += piece.size();
    }
    response.clear();
    return HeapBytes.wrap(all);
  }

  private static Buffer buffer(ByteString bytes) {
    return HeapBytes.wrap(bytes.toByteArray());
  }

  @Override
  public void onError(Throwable error) {
    synchronized (this) {
      over = true;
    }
    if (ended) {
      return;
    }
    LOG.debugf(error, "the exchange of call %s broke", header.getContext().getCallId());
    boolean refused =
        switch (Status.fromThrowable(error).getCode()) {
          case UNIMPLEMENTED, UNAUTHENTICATED -> true;
          default -> false;
        };
    if (refused || !sent.happened()) {
      end(
          End.newBuilder()
              .setFailed(GrpcErrors.toProto(Failure.of(ErrorCode.PEER_UNAVAILABLE)))
              .setNotDelivered(true)
              .build());
    } else {
      end(lost());
    }
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      over = true;
    }
    if (!ended) {
      end(lost());
    }
  }

  private static End lost() {
    return End.newBuilder()
        .setOutcomeUnknown(
            OutcomeUnknown.newBuilder().setMessage(ErrorCode.UPSTREAM_LOST.message()))
        .build();
  }

  private void end(End end) {
    ended = true;
    answers.end(end);
  }
}
