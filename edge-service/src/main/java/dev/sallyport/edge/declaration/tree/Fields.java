package dev.sallyport.edge.declaration.tree;

import dev.sallyport.mcp.name.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one mapping by name and reports what has the wrong type. What nobody asked
 * for is unknown: the keys that were asked for are the known ones, so that messages cannot drift
 * from the reader. Not thread-safe.
 */
public final class Fields {

  private final Tree.Mapping mapping;
  private final String path;
  private final Report report;
  private final Map<String, Tree.Member> members = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  private Fields(Tree.Mapping mapping, String path, Report report) {
    this.mapping = mapping;
    this.path = path;
    this.report = report;
    mapping.members().forEach(member -> members.put(member.key(), member));
  }

  /** Empty, with a finding, when {@code tree} is not a mapping. */
  public static Optional<Fields> of(Tree tree, String path, Report report) {
    if (tree instanceof Tree.Mapping mapping) {
      return Optional.of(new Fields(mapping, path, report));
    }
    report.add(tree.at(), path, "must be a mapping of names to values, not " + tree.kindInWords());
    return Optional.empty();
  }

  public Position at() {
    return mapping.at();
  }

  public String path() {
    return path;
  }

  public String path(String key) {
    return Paths.member(path, key);
  }

  /** Where the member stands; the mapping itself when there is none. */
  public Position at(String key) {
    Tree.Member member = members.get(key);
    return member == null ? mapping.at() : member.at();
  }

  public Report report() {
    return report;
  }

  /** The member as it is. A member that says nothing (null) counts as absent. */
  public Optional<Tree> tree(String key) {
    known.add(key);
    Tree.Member member = members.get(key);
    if (member == null
        || (member.value() instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.NOTHING)) {
      return Optional.empty();
    }
    return Optional.of(member.value());
  }

  public boolean has(String key) {
    return tree(key).isPresent();
  }

  /** Is the member there, and null? To take something away by it (RFC 7396); else it is absent. */
  public boolean isNull(String key) {
    known.add(key);
    return members.get(key) instanceof Tree.Member member
        && member.value() instanceof Tree.Scalar scalar
        && scalar.kind() == Tree.Kind.NOTHING;
  }

  public Optional<String> text(String key) {
    return tree(key).map(tree -> text(tree, path(key)));
  }

  private @Nullable String text(Tree tree, String at) {
    if (tree instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.TEXT) {
      return scalar.text();
    }
    report.add(tree.at(), at, "must be text, not " + tree.kindInWords() + "; put it in quotes");
    return null;
  }

  public Optional<Boolean> truth(String key) {
    return tree(key)
        .flatMap(
            tree -> {
              if (tree instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.TRUTH) {
                return switch (scalar.text().toLowerCase(java.util.Locale.ROOT)) {
                  case "true", "yes", "on" -> Optional.of(true);
                  default -> Optional.of(false);
                };
              }
              report.add(tree.at(), path(key), "must be true or false, not " + tree.kindInWords());
              return Optional.empty();
            });
  }

  /** A whole number within the bounds, both included. */
  public OptionalInt whole(String key, int least, int most) {
    Optional<Tree> found = tree(key);
    if (found.isEmpty()) {
      return OptionalInt.empty();
    }
    if (found.get() instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.NUMBER) {
      try {
        int number = Integer.parseInt(scalar.text());
        if (number >= least && number <= most) {
          return OptionalInt.of(number);
        }
      } catch (NumberFormatException e) {
        // Reported below like any other number that does not fit.
      }
    }
    report.add(found.get().at(), path(key), "must be a whole number from " + least + " to " + most);
    return OptionalInt.empty();
  }

  /** A list of scalars, each as written; empty when absent. */
  public List<Item> texts(String key, String example) {
    Optional<Tree> found = tree(key);
    if (found.isEmpty()) {
      return List.of();
    }
    if (!(found.get() instanceof Tree.Listing listing)) {
      report.add(
          found.get().at(),
          path(key),
          "must be a list such as " + example + ", not " + found.get().kindInWords());
      return List.of();
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < listing.items().size(); i++) {
      scalar(listing.items().get(i), Paths.item(path(key), i)).ifPresent(items::add);
    }
    return items;
  }

  /** A mapping of names to scalars, each as written; empty when absent. */
  public Map<String, Item> textsByName(String key) {
    Map<String, Item> result = new LinkedHashMap<>();
    tree(key)
        .flatMap(tree -> Fields.of(tree, path(key), report))
        .ifPresent(
            fields ->
                fields
                    .mapping
                    .members()
                    .forEach(
                        member ->
                            scalar(member.value(), fields.path(member.key()))
                                .ifPresent(item -> result.put(member.key(), item))));
    return result;
  }

  private Optional<Item> scalar(Tree tree, String at) {
    if (tree instanceof Tree.Scalar scalar && scalar.kind() != Tree.Kind.NOTHING) {
      return Optional.of(new Item(scalar.text(), scalar.at(), at));
    }
    report.add(tree.at(), at, "must be text, not " + tree.kindInWords());
    return Optional.empty();
  }

  /** The members of a mapping of names to anything; all of them count as known. */
  public List<Tree.Member> all() {
    known.addAll(members.keySet());
    return mapping.members();
  }

  /** Reports every member that nobody asked for, with the nearest known key. */
  public void refuseRest() {
    for (Tree.Member member : rest()) {
      String near =
          Nearest.of(member.key(), known).map(key -> "; did you mean `" + key + "`?").orElse("");
      report.add(
          member.at(),
          path(member.key()),
          "unknown key"
              + near
              + (near.isEmpty() ? "; known here: " + String.join(", ", known) : ""));
    }
  }

  /** What nobody asked for. */
  public List<Tree.Member> rest() {
    return mapping.members().stream().filter(member -> !known.contains(member.key())).toList();
  }

  /** The keys that were asked for, in that order. */
  public Set<String> known() {
    return Set.copyOf(known);
  }

  /**
   * A scalar in a list or a mapping.
   *
   * @param path of this value
   */
  public record Item(String text, Position at, String path) {}
}
