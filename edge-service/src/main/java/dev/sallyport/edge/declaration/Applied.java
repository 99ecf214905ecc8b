package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import java.util.ArrayList;
import java.util.List;

/** What applying a declaration changed. */
record Applied(
    ApplyServersResponse servers,
    ApplyKeysResponse keys,
    ApplyLimitsResponse limits,
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
    add(words, "limits added", limits.getAddedList());
    add(words, "limits changed", limits.getChangedList());
    add(words, "limits removed", limits.getRemovedList());
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
