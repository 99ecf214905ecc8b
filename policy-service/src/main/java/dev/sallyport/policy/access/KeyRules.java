package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.policy.Refusals;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a key may look like. Every refusal names the fix. */
public final class KeyRules {

  static final int MAX_PATTERNS = 1_000;
  private static final int HASH_LENGTH = 32;
  private static final int MAX_PREFIX = 12;
  private static final Duration LONGEST_GRACE = Duration.ofDays(90);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}");
  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern SOURCE = Pattern.compile("file:\\S{1,200}");

  private KeyRules() {}

  public static void checkTenant(String tenant) {
    if (!TENANT.matcher(tenant).matches()) {
      throw Refusals.invalid("A tenant name has 1 to 63 of a-z, 0-9 and '-'.");
    }
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches() || name.startsWith("vk_")) {
      throw Refusals.invalid(
          "A key name begins with a letter or digit, has 1 to 100 of letters, digits, space and"
              + " . _ @ -, and does not begin with vk_.");
    }
  }

  public static void checkSource(String source) {
    if (!SOURCE.matcher(source).matches()) {
      throw Refusals.invalid("The source of what is declared is file:<name>.");
    }
  }

  public static void checkCredential(ByteString hash, String prefix) {
    if (hash.size() != HASH_LENGTH) {
      throw Refusals.invalid("credential_hash is the SHA-256 of the key, 32 bytes.");
    }
    if (prefix.length() > MAX_PREFIX) {
      throw Refusals.invalid("prefix holds at most the first 12 characters of the key.");
    }
  }

  /** The patterns without repetitions, in the order given. */
  static List<String> checkedTools(List<String> tools) {
    if (tools.size() > MAX_PATTERNS) {
      throw Refusals.invalid("A key has at most 1000 tool patterns; use globs such as server__*.");
    }
    for (String tool : tools) {
      try {
        ToolPattern.parse(tool);
      } catch (IllegalArgumentException e) {
        String reason = e.getMessage();
        throw Refusals.invalid(
            reason == null ? "A tool pattern is * or server__tool, either part a glob." : reason);
      }
    }
    return List.copyOf(new LinkedHashSet<>(tools));
  }

  /** Until when the credential of before goes on; null: it ends at once. */
  static @Nullable Instant graceEnd(long millis, Instant now) {
    if (millis < 0 || millis > LONGEST_GRACE.toMillis()) {
      throw Refusals.invalid("The grace period is at most 90 days.");
    }
    return millis == 0 ? null : now.plusMillis(millis);
  }

  /**
   * @param millis since the epoch; 0: never
   */
  static @Nullable Instant expiry(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  public static @Nullable Instant futureExpiry(long millis, Instant now) {
    Instant expiry = expiry(millis);
    if (expiry != null && !expiry.isAfter(now)) {
      throw Refusals.invalid(
          "The expiry lies in the past; give a later time, or none for a lasting key.");
    }
    return expiry;
  }
}
