package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.access.KeyStore.Surroundings;
import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.rule.StoredRule;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.Grant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** From a key to what its holder may use. */
final class Profiles {

  /** Id and name of a caller without a key. */
  static final String ANYBODY = "anonymous";

  private Profiles() {}

  static AccessProfile of(StoredKey key, Surroundings around) {
    List<Grant> grants = grants(key, around);
    List<String> tools =
        grants.stream().flatMap(grant -> grant.getToolsList().stream()).distinct().toList();
    return AccessProfile.newBuilder()
        .setTenant(key.tenant())
        .setKeyId(key.id())
        .setKeyName(key.name())
        .addAllTools(tools)
        .setExpiresAtMillis(key.expiresAt() == null ? 0 : key.expiresAt().toEpochMilli())
        .setDigest(digest(key.tenant(), tools))
        .addAllLimits(around.limits().stream().map(StoredLimit::toProto).toList())
        .addAllGrants(grants)
        .addAllOwners(around.owners().stream().map(owner -> owner.ref().toProto()).toList())
        .addAllRoles(around.roles())
        .addAllRules(around.rules().stream().map(StoredRule::evaluated).toList())
        .build();
  }

  /**
   * Of whoever shows no key to an edge that asks for none: every tool. No key has this id, which
   * all begin with {@code vk_}.
   */
  static AccessProfile ofAnybody(String tenant, Surroundings around) {
    return of(
        new StoredKey(
            tenant,
            ANYBODY,
            ANYBODY,
            ByteString.EMPTY,
            "",
            List.of("*"),
            Instant.EPOCH,
            null,
            null,
            Kept.API,
            1,
            null),
        around);
  }

  /** The key's own list first, then groups by name; each once, by the nearest way to the key. */
  private static List<Grant> grants(StoredKey key, Surroundings around) {
    List<Grant> grants = new ArrayList<>();
    grants.add(Grant.newBuilder().addAllTools(key.tools()).build());
    List<Ref> ways = around.ways(key);
    for (StoredGroup group : around.groups()) {
      ways.stream()
          .filter(group.attached()::contains)
          .findFirst()
          .ifPresent(
              way ->
                  grants.add(
                      Grant.newBuilder()
                          .setGroup(group.name())
                          .setTitle(group.title())
                          .setThrough(way.toProto())
                          .addAllTools(group.tools())
                          .build()));
    }
    return grants;
  }

  /** For a credential that has been replaced: it goes on until then, or until the key expires. */
  static AccessProfile replaced(StoredKey key, Surroundings around, Instant until) {
    Instant expires = key.expiresAt();
    Instant ends = expires == null || until.isBefore(expires) ? until : expires;
    return of(key, around).toBuilder()
        .setExpiresAtMillis(ends.toEpochMilli())
        .setReplaced(true)
        .build();
  }

  /**
   * Equal exactly for equal tenants and equal sets of patterns. Every part is preceded by its
   * length, so that no two different lists run together.
   */
  static String digest(String tenant, List<String> tools) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    add(digest, tenant);
    tools.stream().distinct().sorted().forEach(tool -> add(digest, tool));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String part) {
    ByteString bytes = ByteString.copyFrom(part, StandardCharsets.UTF_8);
    digest.update(Integer.toString(bytes.size()).getBytes(StandardCharsets.US_ASCII));
    digest.update((byte) ':');
    digest.update(bytes.toByteArray());
  }
}
