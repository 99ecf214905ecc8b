package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual key may use, as policy resolved it, and as a request may have narrowed it.
 * Immutable.
 *
 * @param tools its own and those of its groups; empty: nothing
 * @param digest equal for profiles that see the same tools, so that they share one compiled list
 * @param expiresAt null: never
 * @param replaced the key has another credential by now: when this one expires, the key does not
 * @param limits every limit that may count a call of this key
 * @param rules all of the tenant
 * @param belonging whom the key belongs to
 * @param groups that reach it
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
    Belonging belonging,
    List<AttachedGroup> groups,
    @Nullable Narrowed narrowed) {

  /** What a request made of a profile. */
  public record Narrowed(AccessProfile from, Lessening by) {}

  /** A profile as policy resolved it, without limits, rules, owners and groups. */
  public AccessProfile(
      String tenant,
      String keyId,
      String keyName,
      List<ToolPattern> tools,
      @Nullable Instant expiresAt,
      String digest) {
    this(
        tenant,
        keyId,
        keyName,
        tools,
        expiresAt,
        false,
        digest,
        List.of(),
        TenantRules.NONE,
        Belonging.NOBODY,
        List.of(),
        null);
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
        belonging,
        groups,
        narrowed);
  }

  /** This profile of a key that belongs to somebody, and that groups reach. */
  public AccessProfile of(Belonging owners, List<AttachedGroup> attached) {
    return new AccessProfile(
        tenant,
        keyId,
        keyName,
        tools,
        expiresAt,
        replaced,
        digest,
        limits,
        rules,
        owners,
        List.copyOf(attached),
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
            belonging,
            groups,
            narrowed);
  }

  /** This profile for a credential of the key that has been replaced by another one. */
  public AccessProfile ofReplaced() {
    return new AccessProfile(
        tenant, keyId, keyName, tools, expiresAt, true, digest, limits, rules, belonging, groups,
        narrowed);
  }

  /** This profile for a request that wants less; itself when that narrows nothing. */
  public AccessProfile narrowed(@Nullable Lessening by) {
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
            belonging,
            groups,
            new Narrowed(this, by));
  }

  /** The same as policy resolved it. */
  public AccessProfile origin() {
    Narrowed less = narrowed;
    return less == null ? this : less.from().origin();
  }

  /**
   * This profile, which is as policy resolved it, narrowed as another one of the key is.
   *
   * @return null when the other one is of a group that does not reach the key any more
   */
  public @Nullable AccessProfile likewise(AccessProfile other) {
    Narrowed less = other.narrowed;
    if (less == null) {
      return this;
    }
    AccessProfile within = likewise(less.from());
    if (within == null) {
      return null;
    }
    return switch (less.by()) {
      case Narrowing narrowing -> within.narrowed(narrowing);
      case AttachedGroup before -> {
        AttachedGroup now = group(before.slug());
        yield now == null ? null : within.narrowed(now);
      }
    };
  }

  /** The group of this name, where it reaches the key. */
  public @Nullable AttachedGroup group(String slug) {
    for (AttachedGroup group : groups) {
      if (group.slug().equals(slug)) {
        return group;
      }
    }
    return null;
  }

  /** The slug of the group for whose endpoint this is; null for every other endpoint. */
  public @Nullable String atGroup() {
    for (Narrowed less = narrowed; less != null; less = less.from().narrowed) {
      if (less.by() instanceof AttachedGroup group) {
        return group.slug();
      }
    }
    return null;
  }

  /**
   * The one rule that both filters lists and gates calls. Matches the original names, never the
   * exposed ones.
   */
  public boolean allows(String server, String tool) {
    for (Narrowed less = narrowed; less != null; less = less.from().narrowed) {
      if (!less.by().leaves(server, tool)) {
        return false;
      }
    }
    return ToolPattern.anyMatches(tools, server, tool);
  }
}
