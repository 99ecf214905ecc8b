package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual key may use, as policy resolved it, and as a request may have narrowed it.
 * Immutable.
 *
 * @param tools empty: nothing
 * @param digest equal for profiles that see the same tools, so that they share one compiled list
 * @param expiresAt null: never
 * @param replaced the key has another credential by now: when this one expires, the key does not
 * @param limits every limit that may count a call of this key
 * @param rules of the tenant
 * @param narrowed null: as policy resolved it
 */
public record AccessProfile(
    String tenant,
    String keyId,
    String keyName,
    List<ToolPattern> tools,
    @Nullable Instant expiresAt,
    boolean replaced,
    String digest,
    List<Limit> limits,
    TenantRules rules,
    @Nullable Narrowed narrowed) {

  /** What a request made of a profile. */
  public record Narrowed(AccessProfile from, Narrowing by) {}

  /** A profile as policy resolved it, without limits and rules. */
  public AccessProfile(
      String tenant,
      String keyId,
      String keyName,
      List<ToolPattern> tools,
      @Nullable Instant expiresAt,
      String digest) {
    this(
        tenant, keyId, keyName, tools, expiresAt, false, digest, List.of(), TenantRules.NONE, null);
  }

  /** This profile with the limits that count its calls. */
  public AccessProfile withLimits(List<Limit> counting) {
    return new AccessProfile(
        tenant,
        keyId,
        keyName,
        tools,
        expiresAt,
        replaced,
        digest,
        List.copyOf(counting),
        rules,
        narrowed);
  }

  /**
   * This profile under the rules of its tenant. Its digest is then another one, so that lists are
   * compiled anew; profiles share them as long as no rule that hides looks at the caller.
   */
  public AccessProfile withRules(TenantRules ofTenant) {
    return ofTenant.isEmpty()
        ? this
        : new AccessProfile(
            tenant,
            keyId,
            keyName,
            tools,
            expiresAt,
            replaced,
            digest
                + '\n'
                + ofTenant.digest()
                + (ofTenant.listsNeedCaller() ? '\n' + CallerFacts.digest(this) : ""),
            limits,
            ofTenant,
            narrowed);
  }

  /** This profile for a credential of the key that has been replaced by another one. */
  public AccessProfile ofReplaced() {
    return new AccessProfile(
        tenant, keyId, keyName, tools, expiresAt, true, digest, limits, rules, narrowed);
  }

  /** This profile for a request that wants less; itself when that narrows nothing. */
  public AccessProfile narrowed(@Nullable Narrowing by) {
    return by == null
        ? this
        : new AccessProfile(
            tenant,
            keyId,
            keyName,
            tools,
            expiresAt,
            replaced,
            digest + '\n' + by.digest(),
            limits,
            rules,
            new Narrowed(this, by));
  }

  /** The same as policy resolved it. */
  public AccessProfile origin() {
    Narrowed less = narrowed;
    return less == null ? this : less.from().origin();
  }

  /** By how much this one is narrowed; null: by nothing. */
  public @Nullable Narrowing narrowing() {
    Narrowed less = narrowed;
    return less == null ? null : less.by();
  }

  /**
   * The one rule that both filters lists and gates calls. Matches the original names, never the
   * exposed ones.
   */
  public boolean allows(String server, String tool) {
    Narrowed less = narrowed;
    if (less != null && !less.by().leaves(server, tool)) {
      return false;
    }
    for (ToolPattern pattern : tools) {
      if (pattern.matches(server, tool)) {
        return true;
      }
    }
    return false;
  }
}
