package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An approval as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Approval", description = "A call that waits for a person, and what became of it.")
record ApprovalView(
    @Schema(examples = "apr_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(
            description =
                "pending; approved: one call may run; denied; used: a call took it; expired: nobody decided, or nothing took it, in time")
        String state,
    @Schema(description = "Name of the virtual key.") String key,
    String keyId,
    String server,
    @Schema(description = "Name as the server says it.") String tool,
    @Schema(
            description =
                "As the agent sent them, in the answer for one approval. A call needs exactly these, in whatever order.")
        @Nullable String arguments,
    @Schema(description = "SHA-256 of the canonical arguments, hex; absent for a call without.")
        @Nullable String argumentsDigest,
    @Schema(description = "What asked: `tool`, or the name of a rule.") String rule,
    @Nullable String reason,
    Instant askedAt,
    @Schema(description = "Until then it can be decided.") Instant expiresAt,
    @Nullable String decidedBy,
    @Nullable Instant decidedAt,
    @Nullable String comment,
    @Schema(description = "Until then a call may take it.") @Nullable Instant validUntil,
    @Nullable Instant usedAt,
    @Schema(description = "The call that took it.") @Nullable String callId) {

  /** Approvals, newest first. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Approvals")
  record Page(
      List<ApprovalView> approvals,
      @Schema(description = "`after` of the next page; absent on the last one.")
          @Nullable String next) {}

  /** What approving takes. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "ApprovalGrant")
  record Grant(
      @Schema(description = "At most 1000 characters.") @Nullable String comment,
      @Schema(
              description = "How long a call may take it, 1s to 7d; an hour when absent.",
              examples = "30m")
          @Nullable String validFor) {}

  /** What denying takes. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "ApprovalDenial")
  record Denial(
      @Schema(description = "At most 1000 characters; the agent is told it.")
          @Nullable String comment) {}

  static ApprovalView of(Approval approval) {
    return new ApprovalView(
        approval.getId(),
        name(approval.getState()),
        approval.getKeyName(),
        approval.getKeyId(),
        approval.getServer(),
        approval.getTool(),
        emptyToNull(approval.getArguments().toStringUtf8()),
        emptyToNull(HexFormat.of().formatHex(approval.getArgumentsDigest().toByteArray())),
        approval.getRule(),
        emptyToNull(approval.getReason()),
        Instant.ofEpochMilli(approval.getAskedAtMillis()),
        Instant.ofEpochMilli(approval.getExpiresAtMillis()),
        emptyToNull(approval.getDecidedBy()),
        Times.ofMillis(approval.getDecidedAtMillis()),
        emptyToNull(approval.getComment()),
        Times.ofMillis(approval.getValidUntilMillis()),
        Times.ofMillis(approval.getUsedAtMillis()),
        emptyToNull(approval.getCallId()));
  }

  private static String name(ApprovalState state) {
    return switch (state) {
      case APPROVAL_STATE_PENDING -> "pending";
      case APPROVAL_STATE_APPROVED -> "approved";
      case APPROVAL_STATE_DENIED -> "denied";
      case APPROVAL_STATE_USED -> "used";
      case APPROVAL_STATE_EXPIRED -> "expired";
      case APPROVAL_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  /** Empty for a name that is no state. */
  static Optional<ApprovalState> state(String name) {
    try {
      return Optional.of(ApprovalState.valueOf("APPROVAL_STATE_" + name.toUpperCase(Locale.ROOT)))
          .filter(state -> state != ApprovalState.APPROVAL_STATE_UNSPECIFIED);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
