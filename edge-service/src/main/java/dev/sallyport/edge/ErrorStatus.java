package dev.sallyport.edge;

import dev.sallyport.kit.error.ErrorCode;
import java.time.Duration;

/** The one mapping of errors to HTTP, for what is not MCP. */
public final class ErrorStatus {

  private ErrorStatus() {}

  /** The type of a problem document (RFC 9457, section 3.1.1). */
  public static String type(ErrorCode code) {
    return "urn:sallyport:error:" + code.wireName();
  }

  /**
   * For {@code Retry-After} (RFC 9110, section 10.2.3): whole seconds, never too early, at least 1.
   */
  public static String seconds(Duration retryAfter) {
    return Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds()));
  }

  public static int of(ErrorCode code) {
    return switch (code) {
      case MALFORMED_FRAME,
          HEADER_MISMATCH,
          UNSUPPORTED_VERSION,
          INVALID_PARAMS,
          MISSING_CAPABILITY ->
          400;
      case UNAUTHENTICATED -> 401;
      case OVER_BUDGET -> 402;
      case FORBIDDEN, RULE_DENIED, APPROVAL_REQUIRED, LOGIN_REQUIRED -> 403;
      case NOT_FOUND,
          UNKNOWN_TOOL,
          UNKNOWN_PROMPT,
          UNKNOWN_RESOURCE,
          UNKNOWN_SERVER,
          UNKNOWN_SESSION,
          UNKNOWN_METHOD ->
          404;
      case CONFLICT, READ_ONLY, CANCELLED, IDEMPOTENCY_RUNNING -> 409;
      case FRAME_TOO_LARGE -> 413;
      case IDEMPOTENCY_MISMATCH, SCRIPT_FAILED -> 422;
      case THROTTLED, TOO_MANY_IN_FLIGHT -> 429;
      case INTERNAL, SANDBOX_LOST -> 500;
      case UPSTREAM_DOWN,
          UPSTREAM_GARBAGE,
          UPSTREAM_LOST,
          UPSTREAM_REFUSED,
          UPSTREAM_TOO_LARGE,
          UPSTREAM_NEEDS_INPUT ->
          502;
      case POLICY_UNAVAILABLE, EVIDENCE_FULL, PEER_UNAVAILABLE, SANDBOX_UNAVAILABLE -> 503;
      case UPSTREAM_TIMEOUT -> 504;
    };
  }
}
