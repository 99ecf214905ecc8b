package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.VirtualKey;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A virtual key as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Key", description = "A virtual key, as policy has it.")
record KeyView(
    @Schema(examples = "vk_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "dev") String name,
    @Schema(
            description = "Patterns `server__tool` with `*`; empty allows nothing.",
            examples = "[\"fs__read_*\"]")
        List<String> tools,
    @Schema(description = "active, expired or revoked") String state,
    @Schema(description = "First characters of the key, for recognition.") String prefix,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Schema(description = "Until then the key that this one replaced goes on.")
        @Nullable Instant replacedUntil,
    @Schema(description = "Grows with every change; also the ETag.") long revision,
    @Schema(description = "The key itself, once, in the answer to its creation.")
        @Nullable String key) {

  static KeyView of(VirtualKey key) {
    return of(key, null);
  }

  static KeyView of(VirtualKey key, @Nullable String credential) {
    Instant expires = Times.ofMillis(key.getExpiresAtMillis());
    Instant revoked = Times.ofMillis(key.getRevokedAtMillis());
    return new KeyView(
        key.getId(),
        key.getName(),
        List.copyOf(key.getToolsList()),
        state(expires, revoked),
        key.getPrefix(),
        key.getSource(),
        Instant.ofEpochMilli(key.getCreatedAtMillis()),
        expires,
        revoked,
        Times.ofMillis(key.getReplacedUntilMillis()),
        key.getRevision(),
        credential);
  }

  /** What its holder may use, but for limits and rules. */
  AccessProfile profile(String tenant) {
    return new AccessProfile(
        tenant, id, name, tools.stream().map(ToolPattern::parse).toList(), expiresAt, "");
  }

  boolean isActive() {
    return state.equals("active");
  }

  private static String state(@Nullable Instant expires, @Nullable Instant revoked) {
    if (revoked != null) {
      return "revoked";
    }
    return expires != null && !expires.isAfter(Instant.now()) ? "expired" : "active";
  }

  /** All keys of the tenant. */
  @Schema(name = "Keys")
  record Page(
      List<KeyView> keys,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}

  /** What a new key is made from. */
  @Schema(name = "NewKey")
  record NewKey(
      @Schema(required = true, examples = "dev", pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
          String name,
      @Schema(
              description =
                  "Patterns `server__tool` with `*`; `*` alone allows everything; absent or empty allows nothing.",
              examples = "[\"fs__read_*\"]")
          List<String> tools,
      @Schema(description = "Absent: never.") @Nullable Instant expiresAt) {}

  /** How a key is replaced. */
  @Schema(name = "KeyRotation")
  record Rotation(
      @Schema(
              description =
                  "How long the key of before goes on: a duration with its unit, at most 90d; 24h when absent.",
              examples = "24h")
          @Nullable String grace) {}

  /** What can be changed of a key. */
  @Schema(name = "KeyChange")
  record KeyChange(
      @Schema(required = true, description = "Replaces the patterns.", examples = "[\"*\"]")
          List<String> tools) {}
}
