package dev.sallyport.edge.call;

import dev.sallyport.edge.call.CallState.Asked;
import dev.sallyport.edge.call.CallState.Decided;
import dev.sallyport.edge.call.CallState.Received;
import dev.sallyport.edge.call.CallState.Refused;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.CanonicalJson;
import java.time.Duration;
import java.time.Instant;

/**
 * The way of a call that needs an approval: it takes the one that there is and goes on, or its
 * client is told to wait, as it can be told (features D2). Nothing is reserved meanwhile, and
 * between two requests or answers of the client nothing polls.
 */
final class AskedCalls {

  private static final byte[] NOTHING = {};

  /** A person decides on all of it. */
  private static final int MOST_ARGUMENT_BYTES = 64 * 1024;

  /** How often the person at a client is asked to go on waiting, in one call. */
  private static final int MOST_ROUNDS = 32;

  private final Approvals approvals;
  private final RequestStates states;
  private final CallRecords records;
  private final CallMetrics metrics;
  private final Duration longest;
  private final Way way;

  /** The way before and after: the pipeline. */
  interface Way {

    /** Decides everything again for a further request of the client. */
    CallState decided(ToolCall call);

    /** The call is allowed: it is recorded, reserved and dispatched, unless it has ended. */
    void goOn(RunningCall call, Decided decided, CallAnswers answers);

    /** The call goes on waiting with another request; false when it has ended. */
    boolean waitsOn(RunningCall call, Asked asked);

    /** Refused, recorded and told, unless the call has ended. */
    void refuse(RunningCall call, Refused refused, CallAnswers answers);

    /** Ends the call; false when it has ended. */
    boolean end(RunningCall call);
  }

  AskedCalls(
      Approvals approvals,
      RequestStates states,
      CallRecords records,
      CallMetrics metrics,
      Duration longest,
      Way way) {
    this.approvals = approvals;
    this.states = states;
    this.records = records;
    this.metrics = metrics;
    this.longest = longest;
    this.way = way;
  }

  /** Asks policy, once. */
  void ask(RunningCall call, Asked asked, CallAnswers answers) {
    Received received = asked.resolved().received();
    Frame.Request frame = received.call().frame();
    Span arguments = frame.params().arguments();
    Resumption.Approval waited =
        received.call().resumption() instanceof Resumption.Approval before ? before : null;
    byte[] digest = NOTHING;
    if (arguments != null) {
      if (arguments.length() > MOST_ARGUMENT_BYTES) {
        way.refuse(call, asked.refused(ApprovalTexts.tooLarge(), Asked.RULE), answers);
        return;
      }
      switch (CanonicalJson.digest(frame.data(), arguments)) {
        case CanonicalJson.Result.Digest(byte[] sha256) -> digest = sha256;
        case CanonicalJson.Result.Refused(String why) -> {
          way.refuse(call, asked.refused(ApprovalTexts.notCanonical(why), Asked.RULE), answers);
          return;
        }
      }
    }
    approvals
        .claim(
            new Approvals.Wanted(
                received.id(),
                received.legs(),
                received.call().profile(),
                asked.resolved().server().name(),
                asked.resolved().target().toolName(),
                digest,
                arguments == null ? NOTHING : arguments.bytes(frame.data()),
                asked.ask(),
                waited == null ? null : waited.approval()))
        .onSuccess(answer -> answered(call, asked, answer, answers));
  }

  private void answered(
      RunningCall call, Asked asked, Approvals.Answer answer, CallAnswers answers) {
    switch (answer) {
      case Approvals.Granted granted -> way.goOn(call, asked.approved(granted), answers);
      case Approvals.Pending pending -> waits(call, asked, pending, answers);
      case Approvals.Denied denied ->
          refuse(call, asked, ApprovalTexts.denied(denied), denied.id(), answers);
      case Approvals.Over over -> refuse(call, asked, ApprovalTexts.over(over), over.id(), answers);
      case Approvals.Refused(Failure failure) ->
          way.refuse(call, asked.refused(failure, Asked.RULE), answers);
    }
  }

  private void refuse(
      RunningCall call, Asked asked, Failure failure, String approval, CallAnswers answers) {
    way.refuse(call, asked.refused(failure, Asked.rule(approval)), answers);
  }

  private void waits(
      RunningCall call, Asked asked, Approvals.Pending pending, CallAnswers answers) {
    Received received = asked.resolved().received();
    Failure text = ApprovalTexts.waits(asked, pending);
    Refused waiting = asked.refused(text, Asked.rule(pending.id()));
    boolean told =
        ApprovalForm.isKnownTo(received.call())
            && received.legs() < MOST_ROUNDS
            && switch (received.call().version().era()) {
              case MODERN -> askedByResult(call, asked, pending, waiting, answers);
              case LEGACY -> askedByRequest(call, asked, pending, waiting, answers);
            };
    if (!told && way.end(call)) {
      if (records.open(waiting)) {
        records.close(waiting);
      }
      metrics.refused(text.code());
      answers.end(new CallEnd.Waits(received.id(), pending, text));
    }
  }

  /** The client gets a result that asks, and brings the answer in its next request. */
  private boolean askedByResult(
      RunningCall call,
      Asked asked,
      Approvals.Pending pending,
      Refused waiting,
      CallAnswers answers) {
    Frame.Response question = InputRequired.of(asked, states, pending);
    if (question != null && way.end(call)) {
      records.waits(waiting);
      answers.end(new CallEnd.Answered(call.id(), question));
    }
    return question != null;
  }

  /** The client gets a request on the stream of its call, which goes on. */
  private boolean askedByRequest(
      RunningCall call,
      Asked asked,
      Approvals.Pending pending,
      Refused waiting,
      CallAnswers answers) {
    Received received = asked.resolved().received();
    RunningCall.Question question =
        new RunningCall.Question(
            ApprovalForm.KEY + '-' + received.legs(), pending, patience(pending));
    if (!call.asks(question)) {
      return true;
    }
    records.waits(waiting);
    if (answers.serverRequest(
        call,
        question.id(),
        ApprovalForm.serverRequest(
            received.call().version(), ApprovalTexts.question(asked, pending)))) {
      return true;
    }
    if (way.end(call)) {
      answers.end(new CallEnd.Waits(received.id(), pending, ApprovalTexts.waits(asked, pending)));
    }
    return true;
  }

  /** How long a client may take to answer: as long as a call, and while it can be decided. */
  private long patience(Approvals.Pending pending) {
    long left = Duration.between(Instant.now(), pending.expiresAt()).toNanos();
    return System.nanoTime() + Math.clamp(left, 0, longest.toNanos());
  }

  /** A legacy client was asked to wait, and answered: everything is decided again. */
  void heard(RunningCall call, Approvals.Pending pending, boolean goesOn, CallAnswers answers) {
    Resumption next = new Resumption.Approval(call.id(), call.legs(), pending.id(), goesOn);
    switch (way.decided(call.call().resumedWith(next))) {
      case Asked asked -> {
        if (way.waitsOn(call, asked)) {
          ask(call, asked, answers);
        }
      }
      // It does not need an approval any more.
      case Decided decided -> way.goOn(call, decided, answers);
      case Refused refused -> way.refuse(call, refused, answers);
      default -> throw new IllegalStateException();
    }
  }

  /** The call provably did not run: what it took another may take. */
  void giveBack(Decided decided) {
    Approvals.Granted approval = decided.approval();
    if (approval != null) {
      approvals.giveBack(approval);
    }
  }
}
