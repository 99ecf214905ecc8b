package dev.sallyport.edge.call;

import dev.sallyport.edge.call.CallState.Asked;
import dev.sallyport.edge.call.CallState.Decided;
import dev.sallyport.edge.call.CallState.OutcomeUnknown;
import dev.sallyport.edge.call.CallState.Reserved;
import dev.sallyport.edge.call.CallState.Resolved;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Parked;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that was let in, until its end: it waits for an approval where it needs one, then for its
 * reservation, is dispatched, and ends exactly once: by a refusal, by the executor's End, or by the
 * gateway when that does not come in time after the deadline or a cancellation.
 */
public final class RunningCall implements Answers {

  /** What the executor may take longer than the deadline, before the gateway stops waiting. */
  private static final long GRACE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Limits ANSWER_LIMITS = new Limits(Integer.MAX_VALUE, 512);

  /** What the gateway itself asks of the client of a call that waits for an approval. */
  record Question(String id, Approvals.Pending approval, long untilNanos) {}

  private final CallAnswers answers;
  private final ToolCallPipeline pipeline;

  private volatile Resolved resolved;
  private volatile long deadlineNanos;
  private volatile @Nullable Reserved reserved;
  private volatile String isolation = "";

  /** From where the call would be refused now; null while only its client is waited for. */
  private @Nullable CallState at;

  private @Nullable Question question;
  private @Nullable Exchange exchange;
  private @Nullable Buffer response;
  private @Nullable String cancelReason;
  private @Nullable Runnable whenEnded;
  private @Nullable Parked parked;
  private String parkedOn = "";
  private long cancelledNanos;
  private boolean asked;
  private boolean ended;

  /**
   * @param at {@link CallState.Asked} or {@link CallState.Decided}
   */
  RunningCall(
      Resolved resolved,
      CallState at,
      CallAnswers answers,
      ToolCallPipeline pipeline,
      long deadlineNanos) {
    this.resolved = resolved;
    this.at = at;
    this.answers = answers;
    this.pipeline = pipeline;
    this.deadlineNanos = deadlineNanos;
  }

  public CallId id() {
    return resolved.received().id();
  }

  public ToolCall call() {
    return resolved.received().call();
  }

  /** What became of an attempt to take a further step. */
  enum Step {
    TAKEN,
    /** The call has ended meanwhile. */
    ENDED,
    /** It cannot be recorded. */
    UNRECORDED
  }

  /** The call goes on with another request of its client, and asks for its approval again. */
  Step goesOn(Asked next, long deadline) {
    return goesOn(next.resolved(), next, deadline, () -> true);
  }

  /** The call is decided; that it is recorded belongs to the same step. */
  Step goesOn(Decided next, long deadline, BooleanSupplier recorded) {
    return goesOn(next.resolved(), next, deadline, recorded);
  }

  private synchronized Step goesOn(
      Resolved now, CallState next, long deadline, BooleanSupplier recorded) {
    if (ended) {
      return Step.ENDED;
    }
    if (!recorded.getAsBoolean()) {
      return Step.UNRECORDED;
    }
    resolved = now;
    at = next;
    deadlineNanos = deadline;
    return Step.TAKEN;
  }

  /** False when the call has ended meanwhile, and nobody must be asked. */
  synchronized boolean asks(Question next) {
    if (ended) {
      return false;
    }
    at = null;
    question = next;
    return true;
  }

  private synchronized @Nullable Question takeQuestion(String id) {
    Question open = question;
    if (ended || open == null || !open.id().equals(id)) {
      return null;
    }
    question = null;
    return open;
  }

  /** What the call was dispatched with. */
  Reserved reserved() {
    return Objects.requireNonNull(reserved, "only a reserved call is dispatched");
  }

  /**
   * The call is a script, which has begun to run.
   *
   * @param level how it is kept from everything else, as the record names it
   */
  public void isolated(String level) {
    isolation = level;
  }

  /** Empty for what is no script, and for one that did not run. */
  String isolation() {
    return isolation;
  }

  /** As {@link System#nanoTime()}. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** False when the call has ended meanwhile, and must not be dispatched. */
  boolean reserved(Reserved granted) {
    synchronized (this) {
      if (ended) {
        return false;
      }
      reserved = granted;
      return true;
    }
  }

  /** False when the call has ended already. */
  boolean refused() {
    return endNow();
  }

  /** Runs the action when the call has ended, at once if it has. */
  public void onEnd(Runnable action) {
    synchronized (this) {
      if (!ended) {
        Runnable before = whenEnded;
        whenEnded =
            before == null
                ? action
                : () -> {
                  before.run();
                  action.run();
                };
        return;
      }
    }
    action.run();
  }

  /** Answers a request of the upstream. Does nothing when the call has ended. */
  public void respond(String serverRequestId, Buffer frame) {
    Question answered = takeQuestion(serverRequestId);
    if (answered != null) {
      pipeline.asked().heard(this, answered.approval(), ApprovalForm.goesOn(frame), answers);
      return;
    }
    Exchange open = opened();
    if (open != null) {
      open.respond(serverRequestId, frame);
    }
  }

  /**
   * The caller does not want the answer any more, or may not have it. The upstream is told; the
   * call is recorded as cancelled.
   */
  public void cancel(String reason) {
    Exchange open;
    synchronized (this) {
      if (ended || cancelReason != null) {
        return;
      }
      cancelReason = reason;
      cancelledNanos = System.nanoTime();
      open = exchange;
    }
    if (open != null) {
      open.cancel(reason);
    } else if (reserved == null) {
      giveUp();
    }
  }

  void dispatched(Exchange opened) {
    String reason;
    synchronized (this) {
      exchange = opened;
      reason = cancelReason;
    }
    if (reason != null) {
      opened.cancel(reason);
    }
  }

  private synchronized @Nullable Exchange opened() {
    return ended ? null : exchange;
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  /** The first to ask ends the call. */
  private boolean endNow() {
    Runnable action;
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      action = whenEnded;
    }
    if (action != null) {
      action.run();
    }
    return true;
  }

  @Override
  public void notification(Buffer frame) {
    if (!hasEnded()) {
      answers.notification(frame);
    }
  }

  @Override
  public void serverRequest(String id, Buffer frame) {
    if (hasEnded() || answers.serverRequest(this, id, frame)) {
      return;
    }
    synchronized (this) {
      asked = true;
    }
    cancel("the client cannot be asked for input");
  }

  @Override
  public void parked(Parked waiting, String executor) {
    synchronized (this) {
      parked = waiting;
      parkedOn = executor;
    }
  }

  @Override
  public void response(Buffer frame) {
    synchronized (this) {
      response = frame;
    }
  }

  @Override
  public void end(End end) {
    if (!endNow()) {
      return;
    }
    long micros = end.getUpstreamMicros();
    switch (end.getOutcomeCase()) {
      case COMPLETED -> completed(micros);
      case FAILED -> failed(GrpcErrors.fromProto(end.getFailed()), end.getNotDelivered(), micros);
      case CANCELLED -> cancelled(end.getNotDelivered(), micros);
      case OUTCOME_UNKNOWN -> unknown(Failure.of(ErrorCode.UPSTREAM_LOST), micros);
      case LOGIN_REQUIRED ->
          failed(
              Failure.of(
                  ErrorCode.LOGIN_REQUIRED,
                  "The tool needs a login first; open " + end.getLoginRequired().getUrl() + " ."),
              true,
              micros);
      case APPROVAL_REQUIRED ->
          failed(
              Failure.of(
                  ErrorCode.APPROVAL_REQUIRED,
                  "The call waits for approval " + end.getApprovalRequired().getApprovalId() + "."),
              true,
              micros);
      case THROTTLED ->
          failed(
              new Failure(
                  ErrorCode.THROTTLED,
                  "The rate limit "
                      + end.getThrottled().getLimit()
                      + " of "
                      + end.getThrottled().getOwner()
                      + " is reached.",
                  Duration.ofMillis(end.getThrottled().getRetryAfterMillis())),
              true,
              micros);
      case WAITING -> waiting(micros);
      case OUTCOME_NOT_SET -> unknown(Failure.of(ErrorCode.UPSTREAM_LOST), micros);
    }
  }

  /** Ends a call that was cancelled without waiting for the executor, or for its reservation. */
  void giveUp() {
    if (!endNow()) {
      return;
    }
    // An approval or a reservation that comes from here on finds the call ended.
    if (reserved == null) {
      CallState waiting;
      synchronized (this) {
        waiting = at;
      }
      pipeline.cancelledWaiting(this, waiting);
      answers.end(new CallEnd.Cancelled(id()));
    } else {
      cancelled(false, 0);
    }
  }

  /** Looks after the clock; {@code now} is {@link System#nanoTime()}. */
  void tick(long now) {
    boolean giveUp;
    boolean wasCancelled;
    Question late = null;
    synchronized (this) {
      if (ended) {
        return;
      }
      if (question != null && now - question.untilNanos() > 0) {
        late = question;
        question = null;
      }
      wasCancelled = cancelReason != null;
      giveUp =
          reserved != null
              && (wasCancelled
                  ? now - cancelledNanos > GRACE_NANOS
                  : now - deadlineNanos > GRACE_NANOS);
    }
    if (late != null) {
      pipeline.asked().heard(this, late.approval(), false, answers);
      return;
    }
    if (!giveUp) {
      answers.stillRunning(now);
      return;
    }
    Exchange open = opened();
    if (!endNow()) {
      return;
    }
    if (wasCancelled) {
      cancelled(false, 0);
    } else {
      if (open != null) {
        open.cancel("the deadline has passed");
      }
      unknown(Failure.of(ErrorCode.UPSTREAM_TIMEOUT), 0);
    }
  }

  private void completed(long micros) {
    Frame.Response came = takeResponse();
    Frame.Response answer =
        came == null ? null : pipeline.tasks().outward(call(), resolved.target(), came);
    if (answer == null) {
      failed(Failure.of(ErrorCode.UPSTREAM_GARBAGE), false, micros);
      return;
    }
    Outcome outcome =
        answer.error() != null
            ? Outcome.OUTCOME_PROTOCOL_ERROR
            : answer.resultIsError() ? Outcome.OUTCOME_TOOL_ERROR : Outcome.OUTCOME_OK;
    pipeline.finished(
        this, reserved().finished(outcome, micros), null, answer, Reservations.Settlement.CHARGED);
    answers.end(new CallEnd.Answered(id(), answer));
  }

  /** The client is asked for input, and brings it in its next request. */
  private void waiting(long micros) {
    Frame.Response answer = InputRequired.of(this, pipeline.states(), takeResponse(), takeParked());
    if (answer == null) {
      failed(Failure.of(ErrorCode.UPSTREAM_NEEDS_INPUT), false, micros);
      return;
    }
    pipeline.finished(
        this,
        reserved().finished(Outcome.OUTCOME_INPUT_REQUIRED, micros),
        null,
        answer,
        Reservations.Settlement.WAITING);
    answers.end(new CallEnd.Answered(id(), answer));
  }

  private Frame.@Nullable Response takeResponse() {
    Buffer frame;
    synchronized (this) {
      frame = response;
      response = null;
    }
    return frame == null ? null : scan(frame);
  }

  private synchronized InputRequired.@Nullable Waiting takeParked() {
    return parked == null ? null : new InputRequired.Waiting(parked, parkedOn);
  }

  int legs() {
    return resolved.received().legs();
  }

  /** Null when the frame is not the answer to this call. */
  private Frame.@Nullable Response scan(Buffer frame) {
    HeapBytes bytes = HeapBytes.of(frame);
    ScanResult scanned =
        FrameScanner.scan(bytes.array(), bytes.offset(), bytes.length(), ANSWER_LIMITS);
    if (scanned instanceof ScanResult.Scanned(Frame.Response answer)) {
      Span id = answer.id();
      Frame.Request request = call().frame();
      if (id != null
          && Arrays.equals(
              answer.data(),
              id.start(),
              id.end(),
              request.data(),
              request.id().start(),
              request.id().end())) {
        return answer;
      }
    }
    return null;
  }

  private void failed(Failure failure, boolean notDelivered, long micros) {
    pipeline.finished(
        this,
        reserved().finished(CallRecords.outcomeOf(failure.code()), micros),
        failure.code(),
        null,
        notDelivered ? Reservations.Settlement.RETURNED : Reservations.Settlement.CHARGED);
    answers.end(new CallEnd.Failed(id(), failure));
  }

  private void cancelled(boolean notDelivered, long micros) {
    boolean unasked;
    synchronized (this) {
      unasked = asked;
    }
    if (unasked) {
      failed(Failure.of(ErrorCode.UPSTREAM_NEEDS_INPUT), notDelivered, micros);
      return;
    }
    pipeline.finished(
        this,
        reserved().finished(Outcome.OUTCOME_CANCELLED, micros),
        ErrorCode.CANCELLED,
        null,
        notDelivered ? Reservations.Settlement.RETURNED : Reservations.Settlement.CHARGED);
    answers.end(new CallEnd.Cancelled(id()));
  }

  private void unknown(Failure failure, long micros) {
    OutcomeUnknown state = reserved().unknown(micros);
    pipeline.finished(this, state, failure.code());
    answers.end(new CallEnd.Failed(id(), failure));
  }
}
