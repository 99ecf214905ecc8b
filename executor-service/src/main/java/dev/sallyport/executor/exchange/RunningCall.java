package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.Breaker;
import dev.sallyport.executor.upstream.Connection;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.executor.upstream.TransportFailure.Delivery;
import dev.sallyport.executor.upstream.Upstream;
import dev.sallyport.executor.upstream.UpstreamState;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Open;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way. Whoever comes first ends it: the answer, a failure, the deadline or a
 * cancel; the sink is told under this object's monitor, so in order and once.
 */
final class RunningCall implements Exchange {

  /** How long a call that may be repeated waits for its upstream to come back. */
  private static final Duration PATIENCE_FOR_RETRY = Duration.ofSeconds(3);

  private static final Failure RESTING =
      new Failure(
          ErrorCode.UPSTREAM_DOWN,
          "The tool's server is not available. Its calls keep breaking off; it is tried again soon.",
          Duration.ofSeconds(5));

  private final CallContext context;
  private final Open header;
  private final Frame.Request request;
  private final Upstream upstream;
  private final Sink sink;
  private final HashedWheelTimer timer;
  private final CallMeters meters;
  private final byte[] clientId;
  private final long hardDeadline;

  /** What the breaker learns of this call. */
  private final CompletableFuture<Void> verdict = new CompletableFuture<>();

  // Guarded by this.
  private boolean ended;
  private int attempts;
  private boolean earlierMayHaveArrived;
  private @Nullable Connection connection;
  private @Nullable Pending pending;
  private @Nullable Timeout timeout;

  private volatile long idleDeadline;

  RunningCall(
      CallContext context,
      Open header,
      Frame.Request request,
      Upstream upstream,
      Sink sink,
      HashedWheelTimer timer,
      long hardDeadline,
      CallMeters meters) {
    this.context = context;
    this.header = header;
    this.request = request;
    this.upstream = upstream;
    this.sink = sink;
    this.timer = timer;
    this.hardDeadline = hardDeadline;
    this.meters = meters;
    this.clientId = AnswerSplice.copy(request.data(), request.id());
  }

  void start() {
    if (!upstream.enter()) {
      End end = Ends.refused(Failure.of(ErrorCode.TOO_MANY_IN_FLIGHT));
      meters.ended(end, false);
      sink.end(end);
      return;
    }
    meters.began();
    renew();
    synchronized (this) {
      arm();
    }
    switch (upstream.state()) {
      case UpstreamState.Usable usable ->
          upstream
              .breaker()
              .guard(
                  () -> {
                    send(usable);
                    return verdict;
                  },
                  () -> end(Ends.refused(RESTING)));
      case UpstreamState down -> end(Ends.refused(unavailable(down)));
    }
  }

  private static Failure unavailable(UpstreamState state) {
    String reason = state.reason();
    return Failure.of(
        ErrorCode.UPSTREAM_DOWN,
        reason.isEmpty()
            ? ErrorCode.UPSTREAM_DOWN.message()
            : "The tool's server is not available. " + reason);
  }

  private void send(UpstreamState.Usable usable) {
    Connection wire = usable.connection();
    Pending sent = wire.open(new Answers(wire));
    synchronized (this) {
      if (ended) {
        return;
      }
      attempts++;
      connection = wire;
      pending = sent;
    }
    try {
      wire.send(
          sent,
          RequestSplice.of(
              request,
              header,
              sent.id(),
              wire.dialect(),
              upstream.paramHeaders(header.getUpstreamName()),
              context.traceparent(),
              context.tracestate()));
    } catch (RuntimeException e) {
      System.getLogger(RunningCall.class.getName())
          .log(System.Logger.Level.ERROR, "call " + context.callId() + " could not be sent", e);
      wire.cancel(sent, "The gateway failed.");
      end(Ends.failed(ErrorCode.INTERNAL, ErrorCode.INTERNAL.message(), !sent.sendBegun(), 0));
    }
  }

  /** What the upstream says to one attempt. */
  private final class Answers implements Pending.Listener {

    private final Connection wire;

    Answers(Connection wire) {
      this.wire = wire;
    }

    @Override
    public void notification(Frame.Notification notification) {
      switch (notification.method()) {
        case Methods.PROGRESS -> {
          renew();
          Span wanted = request.params().meta().progressToken();
          Span token = notification.params().progressToken();
          if (wanted != null && token != null) {
            byte[] frame =
                FrameEdit.of(notification)
                    .replace(token, AnswerSplice.copy(request.data(), wanted))
                    .apply();
            tell(frame);
          }
        }
        case Methods.MESSAGE -> {
          var params = notification.params().object();
          String level = params == null ? null : params.string("level");
          if (LogLevels.passes(header.getLogLevel(), level)) {
            Span whole = notification.whole();
            tell(AnswerSplice.copy(notification.data(), whole));
          }
        }
        default -> {}
      }
    }

    @Override
    public void response(Frame.Response response) {
      boolean modernClient = header.getClientEra() == Era.ERA_MODERN;
      var version = wire.dialect().version();
      switch (AnswerSplice.of(response, clientId, modernClient, version.era())) {
        case AnswerSplice.Answer(byte[] frame, boolean isError, int code) ->
            end(Ends.completed(isError, code, version.text(), micros()), HeapFrame.wrap(frame));
        case AnswerSplice.Failed(TransportFailure failure) -> end(Ends.of(failure, micros()));
      }
    }

    @Override
    public void failed(TransportFailure failure) {
      if (!retry(wire, failure)) {
        end(afterAll(failure));
      }
    }
  }

  /**
   * Once more, when the upstream provably did not get the call and has a new connection, or when
   * the tool says that it may be repeated.
   */
  private boolean retry(Connection wire, TransportFailure failure) {
    boolean undelivered = failure.delivery() == Delivery.NOT_DELIVERED;
    if (undelivered && !wire.isClosed()) {
      if (failure.code() == ErrorCode.UPSTREAM_DOWN) {
        upstream.suspect();
      }
      return false;
    }
    boolean repeatable = failure.delivery() == Delivery.UNKNOWN && header.getRepeatable();
    synchronized (this) {
      if (ended || attempts > 1 || !(undelivered || repeatable)) {
        return false;
      }
      earlierMayHaveArrived = repeatable;
    }
    if (!wire.isClosed() && upstream.state() instanceof UpstreamState.Usable usable) {
      send(usable);
      return true;
    }
    upstream
        .whenUsable(wire, PATIENCE_FOR_RETRY)
        .whenComplete(
            (usable, late) -> {
              if (usable != null) {
                send(usable);
              } else {
                end(afterAll(failure));
              }
            });
    return true;
  }

  /** The end of the last attempt, in the light of an earlier one. */
  private End afterAll(TransportFailure failure) {
    synchronized (this) {
      boolean unknown =
          earlierMayHaveArrived && failure.delivery() == TransportFailure.Delivery.NOT_DELIVERED;
      return Ends.of(unknown ? TransportFailure.lost() : failure, micros());
    }
  }

  private void tell(byte[] notification) {
    synchronized (this) {
      if (!ended) {
        sink.notification(HeapFrame.wrap(notification));
      }
    }
  }

  private void renew() {
    idleDeadline = System.nanoTime() + upstream.callTimeout().toNanos();
  }

  private long deadline() {
    return idleDeadline - hardDeadline < 0 ? idleDeadline : hardDeadline;
  }

  private synchronized void arm() {
    if (!ended) {
      long wait = Math.max(0, deadline() - System.nanoTime());
      timeout = timer.newTimeout(fired -> expire(), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void expire() {
    if (System.nanoTime() - deadline() < 0) {
      arm();
      return;
    }
    stop(
        "The gateway's time limit for this call has passed.",
        undelivered ->
            Ends.failed(
                ErrorCode.UPSTREAM_TIMEOUT,
                ErrorCode.UPSTREAM_TIMEOUT.message(),
                undelivered,
                micros()));
  }

  @Override
  public void respond(String serverRequestId, Buffer frame) {
    // A shared connection relays no server requests, so there is none to answer.
  }

  @Override
  public void cancel(String reason) {
    stop(
        reason.isEmpty() ? "The caller cancelled the call." : reason,
        undelivered -> Ends.cancelled(undelivered, micros()));
  }

  private void stop(String reason, java.util.function.Function<Boolean, End> why) {
    Connection wire;
    Pending sent;
    boolean earlier;
    synchronized (this) {
      if (ended) {
        return;
      }
      wire = connection;
      sent = pending;
      earlier = earlierMayHaveArrived;
    }
    if (wire != null && sent != null) {
      wire.cancel(sent, reason);
    }
    end(why.apply(!earlier && (sent == null || !sent.sendBegun())));
  }

  private long micros() {
    Pending sent;
    synchronized (this) {
      sent = pending;
    }
    return sent == null || sent.sentNanos() == 0
        ? 0
        : Math.max(1, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent.sentNanos()));
  }

  private void end(End end) {
    end(end, null);
  }

  private void end(End end, @Nullable Buffer response) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      if (timeout != null) {
        timeout.cancel();
      }
      upstream.leave();
      meters.ended(end, true);
      if (response != null) {
        sink.response(response);
      }
      sink.end(end);
    }
    if (end.hasOutcomeUnknown()
        || end.getFailed().getCode().equals(ErrorCode.UPSTREAM_GARBAGE.wireName())) {
      verdict.completeExceptionally(new Breaker.Unwell());
    } else {
      verdict.complete(null);
    }
  }
}
