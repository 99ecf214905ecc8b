package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Problem details (RFC 9457).
 *
 * @param code wire name of {@link ErrorCode}
 * @param errors every single thing that is wrong with a body, with the member's name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "Problem details (RFC 9457)")
record Problem(
    @Schema(examples = "urn:sallyport:error:not_found") String type,
    @Schema(examples = "No such object.") String title,
    int status,
    @Schema(description = "What went wrong here, and the fix.") String detail,
    @Schema(description = "Stable name of the error.", examples = "not_found") String code,
    @Nullable List<Member> errors) {

  static final String MEDIA_TYPE = "application/problem+json";

  /** One thing that is wrong with a body. */
  @Schema(name = "ProblemMember")
  record Member(String member, int line, int column, String detail) {}

  static Problem of(Failure failure, int status) {
    return of(failure.code(), failure.message(), status, null);
  }

  static Problem of(ErrorCode code, String detail, int status, @Nullable List<Member> errors) {
    return new Problem(
        "urn:sallyport:error:" + code.wireName(),
        code.message(),
        status,
        detail,
        code.wireName(),
        errors);
  }

  /** The one mapping of errors to HTTP in the admin API. */
  static int status(ErrorCode code) {
    return switch (code) {
      case MALFORMED_FRAME,
          HEADER_MISMATCH,
          UNSUPPORTED_VERSION,
          INVALID_PARAMS,
          MISSING_CAPABILITY ->
          400;
      case UNAUTHENTICATED -> 401;
      case OVER_BUDGET -> 402;
      case FORBIDDEN, APPROVAL_REQUIRED, LOGIN_REQUIRED -> 403;
      case NOT_FOUND,
          UNKNOWN_TOOL,
          UNKNOWN_PROMPT,
          UNKNOWN_RESOURCE,
          UNKNOWN_SERVER,
          UNKNOWN_SESSION,
          UNKNOWN_METHOD ->
          404;
      case CONFLICT, READ_ONLY, CANCELLED -> 409;
      case FRAME_TOO_LARGE -> 413;
      case THROTTLED, TOO_MANY_IN_FLIGHT -> 429;
      case INTERNAL -> 500;
      case UPSTREAM_DOWN,
          UPSTREAM_GARBAGE,
          UPSTREAM_LOST,
          UPSTREAM_REFUSED,
          UPSTREAM_TOO_LARGE,
          UPSTREAM_NEEDS_INPUT ->
          502;
      case POLICY_UNAVAILABLE, EVIDENCE_FULL, PEER_UNAVAILABLE -> 503;
      case UPSTREAM_TIMEOUT -> 504;
    };
  }
}
