package dev.sallyport.policy.group;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.ToolGroup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a tool group may look like. Every refusal names the group and the fix. */
final class GroupRules {

  /** Of one tenant. */
  static final int MOST_GROUPS = 10_000;

  private static final int MOST_PATTERNS = 1_000;
  private static final int MOST_ATTACHED = 10_000;
  private static final int LONGEST_TITLE = 200;
  private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private GroupRules() {}

  /** The group as it will be kept, revision 1. Whether those it is for are there is asked later. */
  static StoredGroup checked(String tenant, String id, String source, ToolGroup group) {
    if (!SLUG.matcher(group.getSlug()).matches()) {
      throw Refusals.invalid(
          "The name of a tool group is the last part of its address: 1 to 63 of a-z, 0-9 and '-',"
              + " beginning with a letter or digit.");
    }
    if (group.getTitle().length() > LONGEST_TITLE) {
      throw wrong(group, "its title has at most " + LONGEST_TITLE + " characters");
    }
    return new StoredGroup(
        tenant, id, group.getSlug(), group.getTitle(), tools(group), attached(group), source, 1);
  }

  private static List<String> tools(ToolGroup group) {
    if (group.getToolsCount() > MOST_PATTERNS) {
      throw wrong(group, "it has at most 1000 tool patterns; use globs such as server__*");
    }
    for (String tool : group.getToolsList()) {
      try {
        ToolPattern.parse(tool);
      } catch (IllegalArgumentException e) {
        throw wrong(group, String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(new LinkedHashSet<>(group.getToolsList()));
  }

  private static List<Ref> attached(ToolGroup group) {
    if (group.getAttachedCount() > MOST_ATTACHED) {
      throw wrong(
          group, "it is attached to at most 10000; attach it to a team, a role or the tenant");
    }
    Set<Ref> attached = new LinkedHashSet<>();
    for (OwnerRef each : group.getAttachedList()) {
      Ref ref = Ref.of(each);
      if (ref == null) {
        throw wrong(group, "what it is attached to is missing");
      }
      switch (ref.kind()) {
        case OWNER_KIND_TENANT,
            OWNER_KIND_KEY,
            OWNER_KIND_CUSTOMER,
            OWNER_KIND_TEAM,
            OWNER_KIND_USER ->
            attached.add(ref);
        case OWNER_KIND_ROLE -> {
          OwnerRules.checkRole(ref.name(), "the group " + group.getSlug());
          attached.add(ref);
        }
        default ->
            throw wrong(
                group, "it is attached to keys, customers, teams, users, roles or the tenant");
      }
    }
    return List.copyOf(attached);
  }

  static CallFailed wrong(ToolGroup group, String what) {
    return Refusals.invalid("Group " + group.getSlug() + ": " + what + ".");
  }
}
