package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.ErrorStatus;
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
 * @param permission what the admin's role would have to allow
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "Problem details (RFC 9457)")
record Problem(
    @Schema(examples = "urn:sallyport:error:not_found") String type,
    @Schema(examples = "No such object.") String title,
    int status,
    @Schema(description = "What went wrong here, and the fix.") String detail,
    @Schema(description = "Stable name of the error.", examples = "not_found") String code,
    @Nullable List<Member> errors,
    @Schema(
            description =
                "The permission that is missing, of a 403 that another role would not get.",
            examples = "keys:write")
        @Nullable String permission) {

  static final String MEDIA_TYPE = "application/problem+json";

  /** One thing that is wrong with a body. */
  @Schema(name = "ProblemMember")
  record Member(String member, int line, int column, String detail) {}

  static Problem of(Failure failure, int status) {
    return of(failure.code(), failure.message(), status, null);
  }

  static Problem of(ErrorCode code, String detail, int status, @Nullable List<Member> errors) {
    return new Problem(
        ErrorStatus.type(code), code.message(), status, detail, code.wireName(), errors, null);
  }

  static Problem of(NotPermitted refused) {
    ErrorCode code = ErrorCode.FORBIDDEN;
    return new Problem(
        ErrorStatus.type(code),
        code.message(),
        ErrorStatus.of(code),
        refused.detail(),
        code.wireName(),
        null,
        refused.missing().wireName());
  }
}
