package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.OwnTools.Nested;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Isolations;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Waiting;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One executeToolCode. The script runs in the sandbox, and what it calls comes back here. When the
 * sandbox loses the script it runs again, and gets the same answers: no call is made twice.
 * Everything happens on the event loop of the request.
 */
final class ScriptRun implements Exchange {

  private static final Logger LOG = Logger.getLogger(ScriptRun.class);

  /** How often a script that was lost runs again. */
  private static final int MOST_ATTEMPTS = 2;

  private final CodeMode code;
  private final RunningCall call;
  private final Answers answers;
  private final Scripted scripted;
  private final Script script;
  private final RunJournal journal;
  private final RunCalls calls;
  private final Context loop;

  private Attempt attempt;
  private int attempts;
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
    this.scripted = scripted;
    this.script = script;
    this.journal = journal;
    this.loop = loop;
    this.attempt = new Attempt();
    this.calls =
        new RunCalls(
            code,
            call,
            answers,
            pipeline,
            scripted,
            journal,
            loop,
            new RunCalls.Asking() {
              @Override
              public void answer(ToolResult result) {
                attempt.answer(result);
              }

              @Override
              public void fail(Failure failure) {
                end(failure);
              }
            });
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
      now.stop();
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
    public void started(RunStarted started) {
      call.isolated(Isolations.wireName(started.getIsolation()));
    }

    @Override
    public void call(dev.sallyport.proto.sandbox.v1.ToolCall wanted) {
      loop.runOnContext(
          ignored -> {
            if (attempt == this && !ended) {
              if (script.dry()) {
                calls.foresee(wanted);
              } else {
                calls.make(wanted);
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

    void stop() {
      SandboxPeer.Run open = run;
      if (open != null) {
        open.stop();
      }
    }
  }

  private void over(RunEnd end, ByteString printed) {
    if (cancelled) {
      endCancelled();
      return;
    }
    switch (end.getOutcomeCase()) {
      case RESULT -> result(end, printed);
      case SCRIPT_FAILED -> answered(ScriptAnswer.failed(end.getScriptFailed(), printed), true);
      case FAILED -> {
        Failure failure = GrpcErrors.fromProto(end.getFailed());
        if (failure.code() == ErrorCode.SANDBOX_LOST && attempts < MOST_ATTEMPTS) {
          LOG.debugf("run %s was lost and runs again", call.id());
          calls.startOver();
          start();
        } else {
          end(failure);
        }
      }
      case SUSPENDED -> suspended();
      case DRY -> answered(calls.plan().result(end.getDry(), printed), false);
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
                      if (cancelled) {
                        endCancelled();
                      } else if (!ended) {
                        answered(
                            ScriptAnswer.preview(end, printed, most, kept.succeeded() ? id : null),
                            false);
                      }
                    }));
  }

  private void suspended() {
    if (!calls.isIdle()) {
      // The sandbox waits for all of a parallel before it says this.
      end(Failure.of(ErrorCode.SANDBOX_LOST));
      return;
    }
    ended = true;
    InputKeys.Joined asked = InputKeys.requests(calls.steps().all());
    journal
        .suspend(calls.steps().kept(), asked == null)
        .onComplete(
            kept -> {
              if (kept.failed()) {
                LOG.debugf(kept.cause(), "the journal of run %s cannot be kept", call.id());
                answers.end(OwnEnds.failed(journal.refusal(kept.cause())));
              } else if (asked == null) {
                answers.end(
                    OwnEnds.failed(
                        Failure.of(
                            ErrorCode.APPROVAL_REQUIRED,
                            calls.steps().waitingText()
                                + " Call executeToolCode with the same code afterwards:"
                                + " it goes on where it waits, and repeats no call.")));
              } else {
                answers.response(OwnEnds.response(call, asked.result(journal.state())));
                answers.end(End.newBuilder().setWaiting(Waiting.getDefaultInstance()).build());
              }
            });
  }

  private void answered(byte[] result, boolean isError) {
    answers.response(OwnEnds.response(call, result));
    end(OwnEnds.completed(isError));
  }

  private void end(Failure failure) {
    attempt.stop();
    if (failure.code() != ErrorCode.SCRIPT_FAILED) {
      // Nothing is wrong with the script: it can go on when the gateway can.
      journal.release();
    }
    end(OwnEnds.failed(failure));
  }

  private void endCancelled() {
    end(OwnEnds.cancelled());
  }

  private void end(End end) {
    ended = true;
    calls.end("the script has ended");
    journal.end();
    answers.end(end);
  }

  @Override
  public void respond(String serverRequestId, Buffer frame) {
    loop.runOnContext(ignored -> calls.respond(serverRequestId, frame));
  }

  @Override
  public void cancel(String reason) {
    loop.runOnContext(
        ignored -> {
          if (!ended && !cancelled) {
            cancelled = true;
            calls.end(reason);
            attempt.stop();
          }
        });
  }
}
