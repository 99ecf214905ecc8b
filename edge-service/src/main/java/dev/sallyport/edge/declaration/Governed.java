package dev.sallyport.edge.declaration;

import java.util.List;

/** What a declaration says of those things that policy keeps. */
public record Governed(
    List<DeclaredOwner> owners,
    List<DeclaredKey> keys,
    List<DeclaredGroup> groups,
    List<DeclaredLimit> limits,
    List<DeclaredRule> rules,
    List<DeclaredRole> roles) {

  static final Governed NOTHING =
      new Governed(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public Governed {
    owners = List.copyOf(owners);
    keys = List.copyOf(keys);
    groups = List.copyOf(groups);
    limits = List.copyOf(limits);
    rules = List.copyOf(rules);
    roles = List.copyOf(roles);
  }

  int size() {
    return owners.size()
        + keys.size()
        + groups.size()
        + limits.size()
        + rules.size()
        + roles.size();
  }
}
