package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Tools, groups and owners as policy sends them. What policy of another version says and edge does
 * not understand makes a key allow less, never more.
 */
public final class ReadGrants {

  private static final Logger LOG = Logger.getLogger(ReadGrants.class);

  private ReadGrants() {}

  /** Those of these patterns that are understood. */
  public static List<ToolPattern> patterns(String keyId, List<String> texts) {
    List<ToolPattern> patterns = new ArrayList<>(texts.size());
    for (String text : texts) {
      try {
        patterns.add(ToolPattern.parse(text));
      } catch (IllegalArgumentException e) {
        LOG.warnf("Key %s has a tool pattern that is not understood", keyId);
      }
    }
    return List.copyOf(patterns);
  }

  /** The groups that reach the key. */
  public static List<AttachedGroup> groups(dev.sallyport.proto.policy.v1.AccessProfile profile) {
    return profile.getGrantsList().stream()
        .filter(grant -> !grant.getGroup().isEmpty())
        .map(
            grant ->
                new AttachedGroup(
                    grant.getGroup(),
                    grant.getTitle(),
                    patterns(profile.getKeyId(), grant.getToolsList())))
        .toList();
  }

  /** Whom the key belongs to. */
  public static Belonging belonging(dev.sallyport.proto.policy.v1.AccessProfile profile) {
    return profile.getOwnersCount() == 0
        ? Belonging.NOBODY
        : new Belonging(
            first(named(profile, OwnerKind.OWNER_KIND_CUSTOMER)),
            named(profile, OwnerKind.OWNER_KIND_TEAM),
            first(named(profile, OwnerKind.OWNER_KIND_USER)),
            profile.getRolesList());
  }

  private static List<String> named(
      dev.sallyport.proto.policy.v1.AccessProfile profile, OwnerKind kind) {
    return profile.getOwnersList().stream()
        .filter(owner -> owner.getKind() == kind)
        .map(OwnerRef::getName)
        .toList();
  }

  private static String first(List<String> names) {
    return names.isEmpty() ? "" : names.getFirst();
  }
}
