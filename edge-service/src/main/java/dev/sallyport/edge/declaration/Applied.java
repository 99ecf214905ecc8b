package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.ApplyGroupsResponse;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ApplyOwnersResponse;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.ApplyRulesResponse;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import java.util.ArrayList;
import java.util.List;

/** What applying a declaration changed. */
record Applied(
    ApplyServersResponse servers,
    ApplyOwnersResponse owners,
    List<String> ownersRemoved,
    ApplyKeysResponse keys,
    ApplyGroupsResponse groups,
    ApplyLimitsResponse limits,
    ApplyRulesResponse rules,
    ApplyRolesResponse roles) {

  boolean isChange() {
    return !words().isEmpty();
  }

  /** Such as {@code servers added: fs, git; keys removed: dev}; empty when nothing changed. */
  String words() {
    List<String> words = new ArrayList<>();
    add(words, "servers added", servers.getAddedList());
    add(words, "servers changed", servers.getChangedList());
    add(words, "servers removed", servers.getRemovedList());
    add(words, "keys added", keys.getAddedList());
    add(words, "keys changed", keys.getChangedList());
    add(words, "keys removed", keys.getRemovedList());
    add(words, "owners added", owners.getAddedList());
    add(words, "owners changed", owners.getChangedList());
    add(words, "owners removed", ownersRemoved);
    add(words, "groups added", groups.getAddedList());
    add(words, "groups changed", groups.getChangedList());
    add(words, "groups removed", groups.getRemovedList());
    add(words, "limits added", limits.getAddedList());
    add(words, "limits changed", limits.getChangedList());
    add(words, "limits removed", limits.getRemovedList());
    add(words, "rules added", rules.getAddedList());
    add(words, "rules changed", rules.getChangedList());
    add(words, "rules removed", rules.getRemovedList());
    add(words, "roles added", roles.getAddedList());
    add(words, "roles changed", roles.getChangedList());
    add(words, "roles removed", roles.getRemovedList());
    return String.join("; ", words);
  }

  private static void add(List<String> words, String what, List<String> names) {
    if (!names.isEmpty()) {
      words.add(what + ": " + String.join(", ", names));
    }
  }
}
