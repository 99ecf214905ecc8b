package dev.sallyport.kit.error;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything that can go wrong with a call, once. The wire name is stable and appears in records,
 * metrics and answers; the message is safe to show to anyone. Each wire maps these with one
 * exhaustive switch (gRPC, MCP, HTTP).
 */
public enum ErrorCode {
  MALFORMED_FRAME(
      "malformed_frame", Kind.CALLER, "The message is not a well-formed JSON-RPC message."),
  FRAME_TOO_LARGE(
      "frame_too_large", Kind.CALLER, "The message is larger than this gateway accepts."),
  HEADER_MISMATCH(
      "header_mismatch",
      Kind.CALLER,
      "A required header is missing or does not match the message body."),
  UNSUPPORTED_VERSION(
      "unsupported_version", Kind.CALLER, "This protocol version is not supported."),
  UNKNOWN_METHOD("unknown_method", Kind.CALLER, "Unknown method."),
  INVALID_PARAMS("invalid_params", Kind.CALLER, "The parameters are not valid for this method."),
  UNKNOWN_TOOL("unknown_tool", Kind.CALLER, "Unknown tool."),
  UNKNOWN_PROMPT("unknown_prompt", Kind.CALLER, "Unknown prompt."),
  UNKNOWN_RESOURCE("unknown_resource", Kind.CALLER, "Resource not found."),
  UNKNOWN_SERVER("unknown_server", Kind.CALLER, "Unknown server."),
  UNKNOWN_SESSION(
      "unknown_session", Kind.CALLER, "The session has ended or is unknown; initialize again."),
  MISSING_CAPABILITY(
      "missing_capability",
      Kind.CALLER,
      "The call needs a client capability that was not declared."),
  CANCELLED("cancelled", Kind.CALLER, "The call was cancelled."),
  CONFLICT("conflict", Kind.CALLER, "The object was changed by someone else; read it again."),
  NOT_FOUND("not_found", Kind.CALLER, "No such object."),
  IDEMPOTENCY_MISMATCH(
      "idempotency_mismatch", Kind.CALLER, "The idempotency key belongs to another request."),
  IDEMPOTENCY_RUNNING(
      "idempotency_running", Kind.CALLER, "The first request with this key still runs."),
  SCRIPT_FAILED("script_failed", Kind.CALLER, "The script failed."),
  READ_ONLY("read_only", Kind.CALLER, "The object is declared in a file and is changed there."),

  UNAUTHENTICATED("unauthenticated", Kind.POLICY, "A valid credential is required."),
  FORBIDDEN("forbidden", Kind.POLICY, "This is not allowed."),
  RULE_DENIED("rule_denied", Kind.POLICY, "A rule refuses this call."),
  APPROVAL_REQUIRED("approval_required", Kind.POLICY, "The call waits for an approval."),
  LOGIN_REQUIRED("login_required", Kind.POLICY, "The tool needs a login first."),
  POLICY_UNAVAILABLE(
      "policy_unavailable",
      Kind.INTERNAL,
      "Access cannot be decided right now; try again shortly."),

  THROTTLED("throttled", Kind.LIMIT, "A rate limit is reached."),
  OVER_BUDGET("over_budget", Kind.LIMIT, "The budget is spent."),
  TOO_MANY_IN_FLIGHT("too_many_in_flight", Kind.LIMIT, "Too many calls are running."),

  UPSTREAM_DOWN("upstream_down", Kind.UPSTREAM, "The tool's server is not available."),
  UPSTREAM_TIMEOUT("upstream_timeout", Kind.UPSTREAM, "The tool's server did not answer in time."),
  UPSTREAM_GARBAGE(
      "upstream_garbage", Kind.UPSTREAM, "The tool's server sent an answer that is not valid MCP."),
  UPSTREAM_LOST(
      "upstream_lost",
      Kind.UPSTREAM,
      "The tool's server went away during the call; whether the call took effect is unknown."),
  UPSTREAM_REFUSED(
      "upstream_refused", Kind.UPSTREAM, "The tool's server refused the gateway's request."),
  UPSTREAM_TOO_LARGE(
      "upstream_too_large",
      Kind.UPSTREAM,
      "The tool's answer is larger than this gateway accepts."),
  UPSTREAM_NEEDS_INPUT(
      "upstream_needs_input",
      Kind.UPSTREAM,
      "The tool asked for input that this connection cannot bring."),

  EVIDENCE_FULL(
      "evidence_full",
      Kind.INTERNAL,
      "The audit spool is full, and calls without a record are refused."),
  SANDBOX_UNAVAILABLE(
      "sandbox_unavailable", Kind.INTERNAL, "Scripts cannot be run right now; try again shortly."),
  SANDBOX_LOST(
      "sandbox_lost", Kind.INTERNAL, "The process that ran the script went away; run it again."),
  PEER_UNAVAILABLE(
      "peer_unavailable",
      Kind.INTERNAL,
      "A part of the gateway is not reachable; try again shortly."),
  INTERNAL(
      "internal", Kind.INTERNAL, "The gateway failed; the call id finds the cause in its log.");

  /** Who must act. */
  public enum Kind {
    CALLER,
    POLICY,
    LIMIT,
    UPSTREAM,
    INTERNAL
  }

  private static final Map<String, ErrorCode> BY_WIRE_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ErrorCode::wireName, Function.identity()));

  private final String wireName;
  private final Kind kind;
  private final String message;

  ErrorCode(String wireName, Kind kind, String message) {
    this.wireName = wireName;
    this.kind = kind;
    this.message = message;
  }

  /** Stable snake-case name. */
  public String wireName() {
    return wireName;
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence that may be shown to the caller. */
  public String message() {
    return message;
  }

  /** The code of this wire name; empty for a name that this version does not know. */
  public static Optional<ErrorCode> ofWireName(String wireName) {
    return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
  }
}
