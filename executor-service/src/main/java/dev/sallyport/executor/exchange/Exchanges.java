package dev.sallyport.executor.exchange;

import com.google.protobuf.ByteString;
import dev.sallyport.executor.upstream.Upstream;
import dev.sallyport.executor.upstream.UpstreamLimits;
import dev.sallyport.executor.upstream.Upstreams;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Reservation;
import dev.sallyport.proto.executor.v1.SessionNotice;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The operations of the executor: opens exchanges. Only edge may; a call without a valid
 * reservation, or whose frame is not what its header says, is refused before anything is sent.
 */
public final class Exchanges implements AutoCloseable {

  private static final Exchange NOTHING =
      new Exchange() {
        @Override
        public void respond(String serverRequestId, Buffer frame) {}

        @Override
        public void cancel(String reason) {}
      };

  private final Upstreams upstreams;
  private final Limits frameLimits;
  private final Duration longestCall;
  private final CallMeters meters;

  /** How deep a frame may be nested, the client's as well as the upstream's. */
  static final int DEPTH = 512;

  private final ParkedCalls parkedCalls;
  private final HashedWheelTimer timer =
      new HashedWheelTimer(
          new DefaultThreadFactory("executor-deadlines", true), 20, TimeUnit.MILLISECONDS);

  /** With the default limits of parked calls. */
  public Exchanges(Upstreams upstreams, UpstreamLimits limits, CallMeters meters) {
    this(upstreams, limits, meters, Duration.ofMinutes(5), 32);
  }

  /**
   * @param parkedFor how long a call waits for input of a modern client
   * @param parkedPerCaller how many calls of one caller wait at once
   */
  public Exchanges(
      Upstreams upstreams,
      UpstreamLimits limits,
      CallMeters meters,
      Duration parkedFor,
      int parkedPerCaller) {
    this.upstreams = upstreams;
    // A request may be a little larger than an answer; both caps come from the same setting.
    this.frameLimits = new Limits(limits.maxAnswer(), DEPTH);
    this.parkedCalls = new ParkedCalls(timer, parkedFor, parkedPerCaller);
    this.longestCall = limits.longestCall();
    this.meters = meters;
  }

  /**
   * Starts a call. Never throws and never blocks.
   *
   * @param context its peer must be edge; its deadline is the call's
   * @param header what edge read from the frame and decided; without the frame's pieces
   * @param frame the client's whole frame, untouched
   */
  public Exchange open(CallContext context, Open header, Buffer frame, Sink sink) {
    long received = System.nanoTime();
    return open(context, header, frame, sink, received);
  }

  /**
   * As {@link #open(CallContext, Open, Buffer, Sink)}, for a header that came earlier than the last
   * piece of its frame.
   *
   * @param receivedNanos {@link System#nanoTime()} when the header came; the reservation counts
   *     from then
   */
  public Exchange open(
      CallContext context, Open header, Buffer frame, Sink sink, long receivedNanos) {
    return switch (admit(context, header, frame, receivedNanos)) {
      case Refused(Failure failure) -> {
        var end = Ends.refused(failure);
        meters.ended(end, false);
        sink.end(end);
        yield NOTHING;
      }
      case Admitted(Upstream upstream, Frame.Request request) -> {
        long now = System.nanoTime();
        long longest = now + longestCall.toNanos();
        long hardDeadline =
            context.deadlineNanos() == Long.MAX_VALUE || context.deadlineNanos() - longest > 0
                ? longest
                : context.deadlineNanos();
        yield begin(new Leg(context, header, request, sink, hardDeadline), upstream);
      }
    };
  }

  private Exchange begin(Leg leg, Upstream upstream) {
    if (leg.header().getMethod().equals(Methods.SUBSCRIPTIONS_LISTEN)) {
      return ResourceExchange.open(leg, upstream);
    }
    ByteString handle = leg.header().getParkedHandle();
    if (handle.isEmpty()) {
      return new RunningCall(leg, upstream, timer, parkedCalls, meters).start();
    }
    RunningCall parked = parkedCalls.take(handle, leg.context());
    if (parked == null || !parked.isResumedBy(leg)) {
      leg.sink()
          .end(
              Ends.refused(
                  Failure.of(
                      ErrorCode.NOT_FOUND,
                      "The call does not wait here any more; make it again from the start.")));
      return NOTHING;
    }
    return parked.resume(leg);
  }

  /** How many calls wait for input. */
  public int parked() {
    return parkedCalls.count();
  }

  /**
   * Takes note of what happened to a legacy session.
   *
   * @return how many connections it was about
   */
  public int tell(CallContext context, SessionNotice notice) {
    if (context.peer() != Peer.EDGE || notice.getSession().isEmpty()) {
      throw new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
    }
    return switch (notice.getNoticeCase()) {
      case ENDED -> upstreams.endSession(context.tenant(), notice.getSession());
      case NOTIFICATION -> {
        byte[] frame = notice.getNotification().toByteArray();
        yield FrameScanner.scan(frame) instanceof ScanResult.Scanned(Frame.Notification message)
            ? upstreams.notify(
                context.tenant(), notice.getSession(), notice.getServer(), frame, message.method())
            : 0;
      }
      case NOTICE_NOT_SET -> 0;
    };
  }

  /**
   * A caller may do nothing any more. What runs for it is edge's to cancel; what waits for its
   * input is given up here.
   *
   * @return how many calls that were
   */
  public int endCaller(CallContext context, String caller) {
    if (context.peer() != Peer.EDGE) {
      throw new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
    }
    return parkedCalls.end(context.tenant(), caller);
  }

  private sealed interface Admission {}

  private record Admitted(Upstream upstream, Frame.Request request) implements Admission {}

  private record Refused(Failure failure) implements Admission {}

  private static Refused refused(ErrorCode code, String message) {
    return new Refused(Failure.of(code, message));
  }

  private Admission admit(CallContext context, Open header, Buffer frame, long receivedNanos) {
    if (context.peer() != Peer.EDGE) {
      return new Refused(Failure.of(ErrorCode.FORBIDDEN));
    }
    Reservation reservation = header.getReservation();
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - receivedNanos);
    if (!header.hasReservation() || age >= reservation.getValidMillis()) {
      return refused(ErrorCode.THROTTLED, "The reservation of this call has expired; try again.");
    }
    if (context.remaining().isNegative()) {
      return refused(ErrorCode.UPSTREAM_TIMEOUT, "The deadline passed before the call was sent.");
    }
    if (header.getFrameLength() != frame.length()) {
      return refused(ErrorCode.MALFORMED_FRAME, "The frame is not as long as its header says.");
    }
    HeapFrame heap = HeapFrame.of(frame);
    return switch (FrameScanner.scan(heap.data(), heap.offset(), heap.length(), frameLimits)) {
      case ScanResult.Malformed malformed ->
          refused(ErrorCode.MALFORMED_FRAME, malformed.message());
      case ScanResult.Scanned(Frame.Request request) -> matching(context, header, request);
      case ScanResult.Scanned(Frame other) ->
          refused(ErrorCode.MALFORMED_FRAME, "Only requests are exchanged.");
    };
  }

  private Admission matching(CallContext context, Open header, Frame.Request request) {
    if (!request.method().equals(header.getMethod())
        || !nameOf(request).equals(header.getFrameName())) {
      return refused(ErrorCode.HEADER_MISMATCH, "The frame is not what its header says.");
    }
    if (!header.getFrameName().isEmpty() && header.getUpstreamName().isEmpty()) {
      return refused(ErrorCode.HEADER_MISMATCH, "The header names nothing for the upstream.");
    }
    Upstream upstream = upstreams.find(context.tenant(), header.getServer());
    if (upstream == null) {
      return refused(ErrorCode.UPSTREAM_DOWN, "The tool's server is not connected.");
    }
    if (header.getServerRevision() != 0
        && header.getServerRevision() != upstream.spec().revision()) {
      return refused(
          ErrorCode.CONFLICT, "The tool's server was changed while the call was made; try again.");
    }
    return new Admitted(upstream, request);
  }

  private static String nameOf(Frame.Request request) {
    String name = Subject.text(request);
    return name == null ? "" : name;
  }

  @Override
  public void close() {
    timer.stop();
  }
}
