package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.proto.policy.v1.Administrator;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An administrator as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Administrator", description = "Whoever administers with a key of their own.")
record AdministratorView(
    @Schema(examples = "adm_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "ada") String name,
    @Schema(examples = "operator") String role,
    @Schema(description = "active, expired or revoked") String state,
    @Schema(description = "First characters of the key, for recognition.") String prefix,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Schema(description = "Grows with every change; also the ETag.") long revision,
    @Schema(description = "The key itself, once, in the answer to its creation.")
        @Nullable String key) {

  static AdministratorView of(Administrator administrator, @Nullable String credential) {
    Instant expires = Times.ofMillis(administrator.getExpiresAtMillis());
    Instant revoked = Times.ofMillis(administrator.getRevokedAtMillis());
    return new AdministratorView(
        administrator.getId(),
        administrator.getName(),
        administrator.getRole(),
        state(expires, revoked),
        administrator.getPrefix(),
        Instant.ofEpochMilli(administrator.getCreatedAtMillis()),
        expires,
        revoked,
        administrator.getRevision(),
        credential);
  }

  private static String state(@Nullable Instant expires, @Nullable Instant revoked) {
    if (revoked != null) {
      return "revoked";
    }
    return expires != null && !expires.isAfter(Instant.now()) ? "expired" : "active";
  }

  /** A page of the tenant's administrators. */
  @Schema(name = "Administrators")
  record Page(
      List<AdministratorView> administrators,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}

  /** What a new administrator is made from. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "NewAdministrator")
  record New(
      @Schema(required = true, examples = "ada", pattern = "[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
          String name,
      @Schema(required = true, examples = "operator") String role,
      @Schema(description = "Absent: never.") @Nullable Instant expiresAt) {}

  /** What can be changed of an administrator. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "AdministratorChange")
  record Change(
      @Schema(description = "Absent: stays.", examples = "auditor") @Nullable String role,
      @Schema(
              description = "A moment, or `never`. Absent: stays.",
              examples = "2027-01-01T00:00:00Z")
          @Nullable String expiresAt) {}
}
