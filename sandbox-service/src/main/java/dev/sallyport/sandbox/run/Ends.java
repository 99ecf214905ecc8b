package dev.sallyport.sandbox.run;

import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.sandbox.v1.DryRunEnd;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunSuspended;
import dev.sallyport.proto.sandbox.v1.ScriptFailure;
import dev.sallyport.proto.sandbox.v1.ScriptFailureKind;
import dev.sallyport.sandbox.worker.wire.Down;
import org.jspecify.annotations.Nullable;

/** Ends of runs in the words of the contract. */
final class Ends {

  private Ends() {}

  static RunEnd failed(Failure failure) {
    return RunEnd.newBuilder().setFailed(GrpcErrors.toProto(failure)).build();
  }

  /** A limit that the sandbox itself holds, and the worker did not say where. */
  static RunEnd limit(String message, String hint) {
    return RunEnd.newBuilder()
        .setScriptFailed(
            ScriptFailure.newBuilder()
                .setKind(ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT)
                .setMessage(message)
                .setHint(hint))
        .build();
  }

  /**
   * @param toolFailure of the step that the worker names; null: none failed there
   */
  static RunEnd of(Down.How how, dev.sallyport.proto.common.v1.@Nullable Failure toolFailure) {
    RunEnd.Builder end = RunEnd.newBuilder();
    switch (how) {
      case Down.How.Result(byte[] json) -> end.setResult(UnsafeByteOperations.unsafeWrap(json));
      case Down.How.Failed failed -> {
        ScriptFailure.Builder failure =
            ScriptFailure.newBuilder()
                .setKind(kind(failed.kind()))
                .setMessage(failed.message())
                .setLine(failed.line())
                .setColumn(failed.column())
                .setHint(failed.hint())
                .setStack(failed.stack());
        if (toolFailure != null) {
          failure.setStep(failed.step()).setToolFailure(toolFailure);
        }
        end.setScriptFailed(failure);
      }
      case Down.How.Suspended suspended ->
          end.setSuspended(RunSuspended.newBuilder().addAllSteps(suspended.steps()));
      case Down.How.Dry(boolean incomplete, String reason, int line) ->
          end.setDry(
              DryRunEnd.newBuilder().setIncomplete(incomplete).setReason(reason).setLine(line));
    }
    return end.build();
  }

  private static ScriptFailureKind kind(Down.Kind kind) {
    return switch (kind) {
      case STATIC -> ScriptFailureKind.SCRIPT_FAILURE_KIND_STATIC;
      case RUNTIME -> ScriptFailureKind.SCRIPT_FAILURE_KIND_RUNTIME;
      case LIMIT -> ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT;
      case TOOL -> ScriptFailureKind.SCRIPT_FAILURE_KIND_TOOL;
    };
  }

  /** For metrics. */
  static String outcome(RunEnd end) {
    return switch (end.getOutcomeCase()) {
      case RESULT -> "result";
      case FAILED -> end.getFailed().getCode();
      case SCRIPT_FAILED ->
          switch (end.getScriptFailed().getKind()) {
            case SCRIPT_FAILURE_KIND_STATIC -> "static";
            case SCRIPT_FAILURE_KIND_RUNTIME -> "runtime";
            case SCRIPT_FAILURE_KIND_LIMIT -> "limit";
            case SCRIPT_FAILURE_KIND_TOOL -> "tool";
            case SCRIPT_FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED -> "unknown";
          };
      case SUSPENDED -> "suspended";
      case DRY -> "dry";
      case OUTCOME_NOT_SET -> "unknown";
    };
  }
}
