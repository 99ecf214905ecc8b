package dev.sallyport.edge.caller;

import java.time.Instant;

/** An access profile as policy sends it. */
public final class ReadProfile {

  private ReadProfile() {}

  /**
   * Compiles conditions that were not met before, a millisecond for each: not for an event loop.
   */
  public static AccessProfile of(dev.sallyport.proto.policy.v1.AccessProfile profile) {
    AccessProfile read =
        new AccessProfile(
                profile.getTenant(),
                profile.getKeyId(),
                profile.getKeyName(),
                ReadGrants.patterns(profile.getKeyId(), profile.getToolsList()),
                profile.getExpiresAtMillis() == 0
                    ? null
                    : Instant.ofEpochMilli(profile.getExpiresAtMillis()),
                profile.getDigest())
            .withLimits(ReadLimits.of(profile.getLimitsList()))
            .of(ReadGrants.belonging(profile), ReadGrants.groups(profile))
            .withRules(ReadRules.of(profile.getRulesList()));
    return profile.getReplaced() ? read.ofReplaced() : read;
  }
}
