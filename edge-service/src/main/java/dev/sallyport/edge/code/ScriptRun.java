package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.CallAnswers;
import dev.sallyport.edge.call.CallEnd;
import dev.sallyport.edge.call.CallFrame;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.OwnTools.Nested;
import dev.sallyport.edge.call.RequestStates;
import dev.sallyport.edge.call.Resumption;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.code.RunSteps.Step;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.proto.edge.v1.JournalStep;
import dev.sallyport.proto.edge.v1.StepStarted;
import dev.sallyport.proto.edge.v1.StepWaiting;
import dev.sallyport.proto.executor.v1.Cancelled;
import dev.sallyport.proto.executor.v1.Completed;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Waiting;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.Suspend;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One executeToolCode. The script runs in the sandbox; what it calls comes back here, is looked up
 * in the journal, and goes through the pipeline where it was not made yet. When the sandbox loses
 * the script it runs again, and gets the same answers: no call is made twice.
 *
 * <p>Everything happens on the event loop of the request. The sandbox is not trusted: what it asks
 * for is counted and decided on here.
 */
final class ScriptRun implements Exchange {

  private static final Logger LOG = Logger.getLogger(ScriptRun.class);

  /** How often a script that was lost runs again. */
  private static final int MOST_ATTEMPTS = 2;

  private final CodeMode code;
  private final RunningCall call;
  private final Answers answers;
  private final Nested pipeline;
  private final Scripted scripted;
  private final Script script;
  private final RunJournal journal;
  private final RunSteps steps;
  private final Context loop;
  private final Deque<Step> queue = new ArrayDeque<>();
  private final DryRun planned = new DryRun();

  private Attempt attempt;
  private int attempts;
  private int underWay;
  private boolean cancelled;
  private boolean ended;

  /**
   * @param journal of this run, taken
   */
  ScriptRun(
      CodeMode code,
      RunningCall call,
      Answers answers,
      Nested pipeline,
      Scripted scripted,
      Script script,
      RunJournal journal,
      Context loop) {
    this.code = code;
    this.call = call;
    this.answers = answers;
    this.pipeline = pipeline;
    this.scripted = scripted;
    this.script = script;
    this.journal = journal;
    this.steps = new RunSteps(journal.before());
    this.loop = loop;
    this.attempt = new Attempt();
  }

  void start() {
    attempts++;
    Attempt now = new Attempt();
    attempt = now;
    CodeSettings settings = code.settings();
    ToolCall made = call.call();
    now.run =
        code.sandbox()
            .open(
                Start.newBuilder()
                    .setContext(
                        CallContexts.toProto(
                            new CallContext(
                                made.profile().tenant(),
                                made.profile().keyId(),
                                Peer.EDGE,
                                call.id(),
                                null,
                                call.deadlineNanos(),
                                made.traceparent(),
                                null)))
                    .setScript(script.text())
                    .setLimits(limits(settings))
                    .addAllNamespaces(scripted.namespaces())
                    .setClockMicros(journal.clockMicros())
                    .setDryRun(script.dry())
                    .build(),
                now);
    if (cancelled) {
      now.run.stop();
    }
  }

  private static RunLimits limits(CodeSettings settings) {
    return RunLimits.newBuilder()
        .setSteps(settings.maxSteps())
        .setAllocatedBytes(settings.maxAllocated().asLongValue())
        .setWallMillis(settings.maxTime().toMillis())
        .setCalls(settings.maxCalls())
        .setParallel(settings.maxParallel())
        .setOutputBytes(settings.maxOutput().asLongValue())
        .setResultBytes(settings.maxResult().asLongValue())
        .build();
  }

  /** One run of the script in the sandbox; what an earlier one still says is not heard. */
  private final class Attempt implements SandboxPeer.Listener {

    private SandboxPeer.@Nullable Run run;
    private ByteString printed = ByteString.EMPTY;

    @Override
    public void started(RunStarted started) {}

    @Override
    public void call(dev.sallyport.proto.sandbox.v1.ToolCall wanted) {
      loop.runOnContext(
          ignored -> {
            if (attempt == this && !ended) {
              if (script.dry()) {
                planned(wanted);
              } else {
                called(wanted);
              }
            }
          });
    }

    @Override
    public void output(ByteString more) {
      loop.runOnContext(
          ignored -> {
            long room = code.settings().maxOutput().asLongValue() - printed.size();
            printed = printed.concat(more.substring(0, (int) Math.min(more.size(), room)));
          });
    }

    @Override
    public void end(RunEnd end) {
      loop.runOnContext(
          ignored -> {
            if (attempt == this && !ended) {
              over(end, printed);
            }
          });
    }

    void answer(ToolResult result) {
      SandboxPeer.Run open = run;
      if (open != null) {
        open.answer(result);
      }
    }
  }

  private void called(dev.sallyport.proto.sandbox.v1.ToolCall wanted) {
    Step known = steps.get(wanted.getStep());
    if (known == null) {
      if (steps.count() >= code.settings().maxCalls()) {
        refused(wanted, "a run may make " + code.settings().maxCalls() + " calls");
      } else if (!scripted.has(wanted.getServer(), wanted.getTool())) {
        refused(wanted, "there is no such tool");
      } else {
        begin(steps.add(wanted));
      }
      return;
    }
    if (!known.isOf(wanted)) {
      // The language is deterministic: whatever does this is not the script.
      end(
          Failure.of(
              ErrorCode.SCRIPT_FAILED,
              "The script did not make the calls again that it had made before; run it anew."));
      return;
    }
    known.wanted(true);
    if (known.isUnderWay()) {
      return;
    }
    switch (known.kept().getStateCase()) {
      case DONE -> answer(known, known.kept().getDone());
      case WAITING -> begin(known);
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
      case STATE_NOT_SET -> begin(known);
    }
  }

  private void planned(dev.sallyport.proto.sandbox.v1.ToolCall wanted) {
    if (planned.count() >= code.settings().maxCalls()
        || !scripted.has(wanted.getServer(), wanted.getTool())) {
      end(
          Failure.of(
              ErrorCode.SCRIPT_FAILED, "The script calls too often, or no tool of its own."));
    } else if (frame(wanted.getTool(), wanted.getArguments(), CallFrame.Brought.NOTHING)
        instanceof ScanResult.Scanned(Frame.Request frame)) {
      planned.add(wanted, pipeline.foresee(nested(wanted.getServer(), frame, null)));
    } else {
      end(Failure.of(ErrorCode.SCRIPT_FAILED, "The arguments of a call are no JSON object."));
    }
  }

  private void refused(dev.sallyport.proto.sandbox.v1.ToolCall wanted, String why) {
    attempt.answer(
        ToolValue.failed(ErrorCode.SCRIPT_FAILED.wireName(), why).toBuilder()
            .setStep(wanted.getStep())
            .build());
  }

  private void begin(Step step) {
    step.wanted(true);
    step.underWay(true);
    queue.add(step);
    pump();
  }

  private void pump() {
    while (!queue.isEmpty() && underWay < code.settings().maxParallel() && !cancelled) {
      Step next = queue.remove();
      underWay++;
      StepWaiting waited = next.kept().hasWaiting() ? next.kept().getWaiting() : null;
      JournalStep before = next.kept();
      next.is(before.toBuilder().setStarted(StepStarted.getDefaultInstance()));
      journal
          .write(next.kept())
          .onComplete(
              written -> {
                if (ended || cancelled) {
                  left(next);
                } else if (written.failed()) {
                  left(next);
                  LOG.debugf(written.cause(), "the journal of run %s cannot be written", call.id());
                  end(Failure.of(ErrorCode.SANDBOX_UNAVAILABLE));
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

  private ScanResult frame(String tool, ByteString arguments, CallFrame.Brought brought) {
    ToolCall made = call.call();
    return CallFrame.of(
        made.version(),
        tool,
        arguments.toByteArray(),
        made.clientCapabilities(),
        brought,
        code.frameLimits());
  }

  /** A call of the script as the pipeline takes it: its caller's, in the caller's revision. */
  private ToolCall nested(String server, Frame.Request frame, @Nullable Resumption resumption) {
    ToolCall made = call.call();
    return new ToolCall(
        made.profile(),
        ToolCall.Door.SCRIPT,
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
        ToolCall.Check.NONE);
  }

  private void notACall(Step step, String why) {
    left(step);
    done(step, ToolValue.failed(ErrorCode.INVALID_PARAMS.wireName(), why));
  }

  private void dispatch(Step step, Frame.Request sent) {
    Frame.Request frame = sent;
    Resumption resumption = null;
    if (frame.params().requestState() != null) {
      resumption = code.states().open(call.call().profile(), step.server(), frame);
      if (resumption == null) {
        left(step);
        done(
            step,
            ToolValue.failed(
                ErrorCode.INVALID_PARAMS.wireName(), "what the call waited for came too late"));
        return;
      }
      if (resumption instanceof Resumption.Approval) {
        frame = RequestStates.withoutApproval(frame);
      }
    }
    step.running(pipeline.start(nested(step.server(), frame, resumption), new Heard(step)));
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

  /** What comes of a call of the script. */
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

  private void heard(Step step, CallEnd end) {
    left(step);
    if (ended) {
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
      case CallEnd.Cancelled cancelledCall ->
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
      attempt.answer(result.toBuilder().setStep(step.name()).build());
    }
  }

  private void over(RunEnd end, ByteString printed) {
    if (cancelled) {
      end(End.newBuilder().setCancelled(Cancelled.getDefaultInstance()));
      return;
    }
    switch (end.getOutcomeCase()) {
      case RESULT -> result(end, printed);
      case SCRIPT_FAILED -> answered(ScriptAnswer.failed(end.getScriptFailed(), printed), true);
      case FAILED -> {
        Failure failure = GrpcErrors.fromProto(end.getFailed());
        if (failure.code() == ErrorCode.SANDBOX_LOST && attempts < MOST_ATTEMPTS) {
          LOG.debugf("run %s was lost and runs again", call.id());
          steps.all().forEach(step -> step.wanted(false));
          start();
        } else {
          end(failure);
        }
      }
      case SUSPENDED -> suspended();
      case DRY -> answered(planned.result(end.getDry(), printed), false);
      case OUTCOME_NOT_SET -> end(Failure.of(ErrorCode.SANDBOX_LOST));
    }
  }

  private void result(RunEnd end, ByteString printed) {
    CodeSettings settings = code.settings();
    long most = settings.maxAnswer().asLongValue();
    byte[] json = end.getResult().toByteArray();
    if (json.length <= most) {
      answered(ScriptAnswer.of(end, printed), false);
      return;
    }
    String id = UUID.randomUUID().toString();
    code.results()
        .put(
            call.call().profile().tenant(),
            call.call().profile().keyId(),
            id,
            json,
            settings.keepResults())
        .onComplete(
            kept ->
                loop.runOnContext(
                    ignored -> {
                      if (!ended && !cancelled) {
                        answered(
                            ScriptAnswer.preview(end, printed, most, kept.succeeded() ? id : null),
                            false);
                      }
                    }));
  }

  private void suspended() {
    if (underWay > 0 || !queue.isEmpty()) {
      // The sandbox waits for all of a parallel before it says this.
      end(Failure.of(ErrorCode.SANDBOX_LOST));
      return;
    }
    ended = true;
    InputKeys.Joined asked = InputKeys.requests(steps.all());
    journal
        .suspend(steps.kept(), asked == null)
        .onComplete(
            kept -> {
              if (kept.failed()) {
                LOG.debugf(kept.cause(), "the journal of run %s cannot be kept", call.id());
                answers.end(failedEnd(journal.refusal(kept.cause())));
              } else if (asked == null) {
                answers.end(
                    failedEnd(
                        Failure.of(
                            ErrorCode.APPROVAL_REQUIRED,
                            waitingText()
                                + " Call executeToolCode with the same code afterwards:"
                                + " it goes on where it waits, and repeats no call.")));
              } else {
                respond(asked.result(journal.state()));
                answers.end(End.newBuilder().setWaiting(Waiting.getDefaultInstance()).build());
              }
            });
  }

  private String waitingText() {
    StringBuilder text = new StringBuilder("The script waits.");
    for (Step step : steps.all()) {
      if (step.kept().hasWaiting()) {
        text.append(' ').append(step.kept().getWaiting().getMessage());
      }
    }
    return text.toString();
  }

  private void answered(byte[] result, boolean isError) {
    ended = true;
    stopAll("the script has ended");
    journal.end();
    respond(result);
    answers.end(
        End.newBuilder().setCompleted(Completed.newBuilder().setResultIsError(isError)).build());
  }

  private void respond(byte[] result) {
    Frame.Request request = call.call().frame();
    answers.response(HeapBytes.wrap(FrameBytes.result(request.id().bytes(request.data()), result)));
  }

  private void end(Failure failure) {
    SandboxPeer.Run open = attempt.run;
    if (open != null) {
      open.stop();
    }
    if (failure.code() != ErrorCode.SCRIPT_FAILED) {
      // Nothing is wrong with the script: it can go on when the gateway can.
      journal.release();
    }
    end(failedEnd(failure).toBuilder());
  }

  private void end(End.Builder end) {
    ended = true;
    stopAll("the script has ended");
    journal.end();
    answers.end(end.build());
  }

  private static End failedEnd(Failure failure) {
    return End.newBuilder().setFailed(GrpcErrors.toProto(failure)).build();
  }

  private void stopAll(String reason) {
    queue.clear();
    for (Step step : steps.all()) {
      RunningCall running = step.running();
      if (running != null) {
        running.cancel(reason);
      }
    }
  }

  @Override
  public void respond(String serverRequestId, Buffer frame) {
    loop.runOnContext(
        ignored -> {
          InputKeys.Parts parts = InputKeys.parts(serverRequestId);
          Step step = parts == null ? null : steps.get(parts.step());
          RunningCall running = step == null ? null : step.running();
          if (parts != null && running != null) {
            running.respond(parts.key(), frame);
          }
        });
  }

  @Override
  public void cancel(String reason) {
    loop.runOnContext(
        ignored -> {
          if (!ended && !cancelled) {
            cancelled = true;
            stopAll(reason);
            SandboxPeer.Run open = attempt.run;
            if (open != null) {
              open.stop();
            }
          }
        });
  }
}
