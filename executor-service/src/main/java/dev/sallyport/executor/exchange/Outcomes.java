package dev.sallyport.executor.exchange;

import dev.sallyport.proto.executor.v1.End;

/** Names of ends for metrics: few, whatever upstreams do. */
public final class Outcomes {

  private Outcomes() {}

  public static String of(End end) {
    return switch (end.getOutcomeCase()) {
      case COMPLETED ->
          end.getCompleted().getJsonRpcErrorCode() != 0
              ? "json_rpc_error"
              : end.getCompleted().getResultIsError() ? "tool_error" : "ok";
      case FAILED -> end.getFailed().getCode();
      case CANCELLED -> "cancelled";
      case OUTCOME_UNKNOWN -> "outcome_unknown";
      case WAITING -> "input_required";
      case LOGIN_REQUIRED, APPROVAL_REQUIRED, THROTTLED, OUTCOME_NOT_SET -> "other";
    };
  }
}
