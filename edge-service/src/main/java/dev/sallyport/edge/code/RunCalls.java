package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.CallAnswers;
import dev.sallyport.edge.call.CallEnd;
import dev.sallyport.edge.call.CallFrame;
import dev.sallyport.edge.call.OwnTools.Nested;
import dev.sallyport.edge.call.RequestStates;
import dev.sallyport.edge.call.Resumption;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.code.RunSteps.Step;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.proto.edge.v1.StepStarted;
import dev.sallyport.proto.edge.v1.StepWaiting;
import dev.sallyport.proto.sandbox.v1.Suspend;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one run: each is looked up in the journal, and goes through the pipeline where it
 * was not made yet. The sandbox is not trusted: what it asks for is counted and decided on here.
 * Everything happens on the event loop of the run.
 */
final class RunCalls {

  private static final Logger LOG = Logger.getLogger(RunCalls.class);

  private final CodeMode code;
  private final RunningCall call;
  private final Answers answers;
  private final Nested pipeline;
  private final Scripted scripted;
  private final RunJournal journal;
  private final Context loop;
  private final Asking script;
  private final RunSteps steps;
  private final DryRun plan = new DryRun();
  private final Deque<Step> queue = new ArrayDeque<>();

  private int underWay;
  private boolean over;

  /** The script that makes the calls, wherever it runs at the moment. */
  interface Asking {

    void answer(ToolResult result);

    /** The run cannot go on. */
    void fail(Failure failure);
  }

  RunCalls(
      CodeMode code,
      RunningCall call,
      Answers answers,
      Nested pipeline,
      Scripted scripted,
      RunJournal journal,
      Context loop,
      Asking script) {
    this.code = code;
    this.call = call;
    this.answers = answers;
    this.pipeline = pipeline;
    this.scripted = scripted;
    this.journal = journal;
    this.loop = loop;
    this.script = script;
    this.steps = new RunSteps(journal.before());
  }

  RunSteps steps() {
    return steps;
  }

  DryRun plan() {
    return plan;
  }

  boolean isIdle() {
    return underWay == 0 && queue.isEmpty();
  }

  /** The script runs again from its beginning, and asks again for what it wants. */
  void startOver() {
    steps.all().forEach(step -> step.wanted(false));
  }

  /** Nothing is called or answered any more. */
  void end(String reason) {
    over = true;
    queue.clear();
    for (Step step : steps.all()) {
      RunningCall running = step.running();
      if (running != null) {
        running.cancel(reason);
      }
    }
  }

  void make(ToolCall wanted) {
    Step known = steps.get(wanted.getStep());
    if (known == null) {
      if (steps.count() >= code.settings().maxCalls()) {
        refuse(wanted, "a run may make " + code.settings().maxCalls() + " calls");
      } else if (!scripted.has(wanted.getServer(), wanted.getTool())) {
        refuse(wanted, "there is no such tool");
      } else {
        begin(steps.add(wanted));
      }
    } else if (known.isOf(wanted)) {
      makeAgain(known);
    } else {
      // The language is deterministic: whatever does this is not the script.
      script.fail(
          Failure.of(
              ErrorCode.SCRIPT_FAILED,
              "The script did not make the calls again that it had made before; run it anew."));
    }
  }

  private void makeAgain(Step known) {
    known.wanted(true);
    if (known.isUnderWay()) {
      return;
    }
    switch (known.kept().getStateCase()) {
      case DONE -> answer(known, known.kept().getDone());
      case STARTED -> {
        if (code.isRepeatable(call.call().profile(), known.server(), known.tool())) {
          begin(known);
        } else {
          done(
              known,
              ToolValue.failed(
                  ErrorCode.UPSTREAM_LOST.wireName(),
                  "The gateway went away while this call ran; whether it took effect is unknown."));
        }
      }
      case WAITING, STATE_NOT_SET -> begin(known);
    }
  }

  private void refuse(ToolCall wanted, String why) {
    script.answer(
        ToolValue.failed(ErrorCode.SCRIPT_FAILED.wireName(), why).toBuilder()
            .setStep(wanted.getStep())
            .build());
  }

  /** What would become of the call; it is not made. */
  void foresee(ToolCall wanted) {
    if (plan.count() >= code.settings().maxCalls()
        || !scripted.has(wanted.getServer(), wanted.getTool())) {
      script.fail(
          Failure.of(
              ErrorCode.SCRIPT_FAILED, "The script calls too often, or no tool of its own."));
    } else if (frame(wanted.getTool(), wanted.getArguments(), CallFrame.Brought.NOTHING)
        instanceof ScanResult.Scanned(Frame.Request frame)) {
      plan.add(wanted, pipeline.foresee(nested(wanted.getServer(), frame, null)));
    } else {
      script.fail(
          Failure.of(ErrorCode.SCRIPT_FAILED, "The arguments of a call are no JSON object."));
    }
  }

  // ---- on its way

  private void begin(Step step) {
    step.wanted(true);
    step.underWay(true);
    queue.add(step);
    pump();
  }

  private void pump() {
    while (!over && !queue.isEmpty() && underWay < code.settings().maxParallel()) {
      Step next = queue.remove();
      underWay++;
      StepWaiting waited = next.kept().hasWaiting() ? next.kept().getWaiting() : null;
      next.is(next.kept().toBuilder().setStarted(StepStarted.getDefaultInstance()));
      journal
          .write(next.kept())
          .onComplete(
              written -> {
                if (over) {
                  left(next);
                } else if (written.failed()) {
                  left(next);
                  LOG.debugf(written.cause(), "the journal of run %s cannot be written", call.id());
                  script.fail(Failure.of(ErrorCode.SANDBOX_UNAVAILABLE));
                } else {
                  dispatch(next, waited);
                }
              });
    }
  }

  private void left(Step step) {
    step.underWay(false);
    underWay--;
  }

  private void dispatch(Step step, @Nullable StepWaiting waited) {
    switch (frame(step.tool(), step.arguments(), brought(step, waited))) {
      case ScanResult.Scanned(Frame.Request frame) -> dispatch(step, frame);
      case ScanResult.Scanned other -> notACall(step, "the arguments are not a JSON object");
      case ScanResult.Malformed malformed -> notACall(step, malformed.message());
    }
  }

  private void dispatch(Step step, Frame.Request frame) {
    RequestStates.Leg leg = code.states().leg(call.call().profile(), step.server(), frame);
    if (leg == null) {
      notACall(step, "what the call waited for came too late");
    } else {
      step.running(
          pipeline.start(nested(step.server(), leg.request(), leg.resumption()), new Heard(step)));
    }
  }

  private void notACall(Step step, String why) {
    left(step);
    done(step, ToolValue.failed(ErrorCode.INVALID_PARAMS.wireName(), why));
  }

  /** What the client has brought for a call that waited, which it knows under the step's name. */
  private CallFrame.Brought brought(Step step, @Nullable StepWaiting waited) {
    if (waited == null || waited.getRequestState().isEmpty()) {
      return CallFrame.Brought.NOTHING;
    }
    Frame.Request request = call.call().frame();
    JsonObject all = JsonObject.at(request.data(), request.params().inputResponses());
    return new CallFrame.Brought(
        waited.getRequestState().toByteArray(),
        all == null ? null : InputKeys.of(step.name(), all));
  }

  private ScanResult frame(String tool, ByteString arguments, CallFrame.Brought brought) {
    dev.sallyport.edge.call.ToolCall made = call.call();
    return CallFrame.of(
        made.version(),
        tool,
        arguments.toByteArray(),
        made.clientCapabilities(),
        brought,
        code.frameLimits());
  }

  /** A call of the script as the pipeline takes it: its caller's, in the caller's revision. */
  private dev.sallyport.edge.call.ToolCall nested(
      String server, Frame.Request frame, @Nullable Resumption resumption) {
    dev.sallyport.edge.call.ToolCall made = call.call();
    return new dev.sallyport.edge.call.ToolCall(
        made.profile(),
        dev.sallyport.edge.call.ToolCall.Door.SCRIPT,
        server,
        made.version(),
        frame,
        made.clientCapabilities(),
        made.client(),
        made.session(),
        "",
        resumption,
        call.id(),
        Map.of(),
        made.traceparent(),
        dev.sallyport.edge.call.ToolCall.Check.NONE);
  }

  // ---- what comes of it

  private final class Heard implements CallAnswers {

    private final Step step;

    Heard(Step step) {
      this.step = step;
    }

    @Override
    public void notification(Buffer frame) {
      // Nothing of a nested call goes to the model but what the script makes of it.
    }

    @Override
    public boolean serverRequest(RunningCall running, String id, Buffer frame) {
      answers.serverRequest(InputKeys.join(step.name(), id), frame);
      return true;
    }

    @Override
    public void stillRunning(long nowNanos) {}

    @Override
    public void end(CallEnd end) {
      loop.runOnContext(ignored -> heard(step, end));
    }
  }

  /** The client answers what a server has asked it through the script. */
  void respond(String serverRequestId, Buffer frame) {
    InputKeys.Parts parts = InputKeys.parts(serverRequestId);
    Step step = parts == null ? null : steps.get(parts.step());
    RunningCall running = step == null ? null : step.running();
    if (parts != null && running != null) {
      running.respond(parts.key(), frame);
    }
  }

  private void heard(Step step, CallEnd end) {
    left(step);
    if (over) {
      return;
    }
    switch (end) {
      case CallEnd.Answered(var id, Frame.Response frame) -> {
        if ("input_required".equals(frame.resultType())) {
          waits(step, asks(step, frame));
        } else {
          done(step, ToolValue.of(frame, code.settings().maxValue().asLongValue()));
        }
      }
      case CallEnd.Failed(var id, Failure failure) ->
          done(step, ToolValue.failed(failure.code().wireName(), failure.message()));
      case CallEnd.Waits(var id, var approval, Failure failure) ->
          waits(step, StepWaiting.newBuilder().setMessage(failure.message()));
      case CallEnd.Cancelled cancelled ->
          done(
              step,
              ToolValue.failed(ErrorCode.CANCELLED.wireName(), ErrorCode.CANCELLED.message()));
    }
    pump();
  }

  private static StepWaiting.Builder asks(Step step, Frame.Response frame) {
    StepWaiting.Builder waiting =
        StepWaiting.newBuilder()
            .setMessage(step.server() + "." + step.tool() + " asks for an input.");
    JsonObject result = JsonObject.at(frame.data(), frame.result());
    Span state = result == null ? null : result.get("requestState");
    if (state != null) {
      waiting.setRequestState(ByteString.copyFrom(frame.data(), state.start(), state.length()));
    }
    JsonObject requests = result == null ? null : result.object("inputRequests");
    if (requests != null) {
      waiting.setInputRequests(ByteString.copyFrom(requests.bytes()));
    }
    return waiting;
  }

  private void waits(Step step, StepWaiting.Builder waiting) {
    step.is(step.kept().toBuilder().setWaiting(waiting));
    answer(step, ToolResult.newBuilder().setSuspend(Suspend.getDefaultInstance()).build());
  }

  private void done(Step step, ToolResult result) {
    step.is(step.kept().toBuilder().setDone(result));
    journal
        .write(step.kept())
        .onComplete(
            written -> {
              if (written.failed()) {
                // What it got is known here; an edge that goes on after this one would not know.
                LOG.debugf(written.cause(), "the journal of run %s cannot be written", call.id());
              }
              answer(step, result);
            });
  }

  private void answer(Step step, ToolResult result) {
    if (step.isWanted()) {
      step.wanted(false);
      script.answer(result.toBuilder().setStep(step.name()).build());
    }
  }
}
