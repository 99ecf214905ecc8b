package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.name.ExposedNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which names may stand on the aggregate endpoint without their server (features A4, an option):
 * those that one server alone has, that need no change, and that are not the full name of another
 * tool or prompt, so that no server can take a name from another.
 */
final class BareNames {

  /** None may. */
  static final BareNames NONE = new BareNames(Set.of());

  /**
   * A name at its server.
   *
   * @param full with its server
   */
  private record Name(String own, String full) {}

  private final Set<String> usable;

  private BareNames(Set<String> usable) {
    this.usable = usable;
  }

  static BareNames ofTools(List<ServerEntry> servers) {
    return of(
        servers.stream()
            .flatMap(server -> server.tools().stream())
            .map(tool -> new Name(tool.tool(), tool.exposedName()))
            .toList());
  }

  static BareNames ofPrompts(List<ServerEntry> servers) {
    return of(
        servers.stream()
            .flatMap(server -> server.offers(ListKind.PROMPTS).stream())
            .map(prompt -> new Name(prompt.name(), prompt.exposedName()))
            .toList());
  }

  private static BareNames of(List<Name> names) {
    Set<String> once = new HashSet<>();
    Set<String> refused = new HashSet<>();
    for (Name name : names) {
      refused.add(name.full());
      if (!once.add(name.own()) || !ExposedNames.isUsable(name.own())) {
        refused.add(name.own());
      }
    }
    once.removeAll(refused);
    return new BareNames(Set.copyOf(once));
  }

  boolean has(String name) {
    return usable.contains(name);
  }
}
