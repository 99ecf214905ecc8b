package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.schema.LocalRef;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code oneOf}, {@code anyOf} and {@code allOf} at the top of a schema as one object with the
 * properties of all branches. Of {@code oneOf} and {@code anyOf} is required what every branch
 * requires, of {@code allOf} what any does. What is allowed grows by that and never shrinks: the
 * server still checks what it gets. Which members belong together is said in the description.
 *
 * <p>Arguments are objects, so branches that take no object are left out.
 */
final class MergedUnion {

  private static final int DEEPEST = 8;
  private static final int MOST_SETS = 8;

  /** What a branch may have. Anything else is a condition that one object cannot say. */
  private static final Set<String> MERGEABLE =
      Set.of("type", "properties", "required", "additionalProperties", "unevaluatedProperties");

  private static final Leaf FALSE = new Leaf("false");

  private final Members root;

  private MergedUnion(Members root) {
    this.root = root;
  }

  static boolean isUnion(Members schema) {
    return Keywords.UNIONS.stream().anyMatch(keyword -> schema.get(keyword) instanceof Listing);
  }

  /** Null when the schema cannot be said as one object. */
  static @Nullable Members of(Members root) {
    Members merged = new MergedUnion(root).merged(root, 0);
    return merged != null && keepsReferences(root, merged) ? merged : null;
  }

  /** Whether every local reference still refers to what it did; {@code #} is the whole anyway. */
  private static boolean keepsReferences(Members root, Members merged) {
    boolean[] kept = {true};
    Keywords.each(
        merged,
        schema -> {
          String ref = schema.text(Keywords.REF);
          if (ref != null && ref.startsWith("#/")) {
            SchemaTree before = LocalRef.resolve(root, ref);
            kept[0] &= Objects.equals(before, LocalRef.resolve(merged, ref));
          }
        });
    return kept[0];
  }

  private @Nullable Members merged(Members schema, int depth) {
    Map<String, SchemaTree> made = new LinkedHashMap<>();
    made.put("type", SchemaTree.text("object"));
    made.putAll(schema.members());
    made.put("type", SchemaTree.text("object"));
    for (String keyword : Keywords.UNIONS) {
      if (schema.get(keyword) instanceof Listing union) {
        made.remove(keyword);
        boolean all = keyword.equals("allOf");
        List<Members> branches = branches(union, all, depth);
        if (branches == null || branches.isEmpty()) {
          return null;
        }
        add(made, branches, all);
      }
    }
    return new Members(made);
  }

  /** Null when one of them is more than properties. */
  private @Nullable List<Members> branches(Listing union, boolean all, int depth) {
    List<Members> branches = new ArrayList<>();
    for (SchemaTree item : union.items()) {
      SchemaTree there = target(item);
      if (there instanceof Members branch && takesObjects(branch)) {
        if (isUnion(branch)) {
          branch = depth < DEEPEST ? merged(branch, depth + 1) : null;
        }
        if (branch == null || !isMergeable(branch)) {
          return null;
        }
        branches.add(branch);
      } else if (all || there == null || there.equals(new Leaf("true"))) {
        return null;
      }
    }
    return branches;
  }

  /** What a branch says by referring to it; null when it refers to nothing here. */
  private @Nullable SchemaTree target(SchemaTree branch) {
    SchemaTree at = branch;
    for (int i = 0; i < DEEPEST; i++) {
      String ref = at instanceof Members members ? members.text(Keywords.REF) : null;
      if (ref == null) {
        return at;
      }
      if (((Members) at)
          .members().keySet().stream()
              .anyMatch(
                  keyword -> !keyword.equals(Keywords.REF) && !Keywords.isAnnotation(keyword))) {
        return null;
      }
      SchemaTree next = LocalRef.resolve(root, ref);
      if (next == null || next == root) {
        return null;
      }
      at = next;
    }
    return null;
  }

  private static boolean takesObjects(Members branch) {
    SchemaTree type = branch.get("type");
    return type == null
        || "object".equals(branch.text("type"))
        || branch.texts("type").contains("object");
  }

  private static boolean isMergeable(Members branch) {
    return branch.members().keySet().stream()
        .allMatch(keyword -> MERGEABLE.contains(keyword) || Keywords.isAnnotation(keyword));
  }

  private static void add(Map<String, SchemaTree> made, List<Members> branches, boolean all) {
    Members base = new Members(made);
    Map<String, SchemaTree> properties = new LinkedHashMap<>(base.map("properties"));
    Map<String, List<SchemaTree>> inBranches = new LinkedHashMap<>();
    for (Members branch : branches) {
      branch
          .map("properties")
          .forEach(
              (name, property) ->
                  inBranches.computeIfAbsent(name, n -> new ArrayList<>()).add(property));
    }
    inBranches.forEach(
        (name, said) -> {
          SchemaTree own = properties.get(name);
          // A branch that does not mention a property takes it as the others of the object do.
          if (own == null || all || said.size() == branches.size()) {
            properties.put(name, MergedProperty.of(own, said, all));
          }
        });
    if (!properties.isEmpty()) {
      made.put("properties", new Members(properties));
    }
    require(made, base, branches, all);
    if (!all
        && !made.containsKey("additionalProperties")
        && branches.stream().allMatch(b -> FALSE.equals(b.get("additionalProperties")))) {
      made.put("additionalProperties", FALSE);
    }
  }

  private static void require(
      Map<String, SchemaTree> made, Members base, List<Members> branches, boolean all) {
    Set<String> required = new LinkedHashSet<>(base.texts("required"));
    List<Set<String>> sets = new ArrayList<>();
    branches.forEach(branch -> sets.add(new LinkedHashSet<>(branch.texts("required"))));
    if (all) {
      sets.forEach(required::addAll);
    } else {
      Set<String> common = new LinkedHashSet<>(sets.getFirst());
      sets.forEach(common::retainAll);
      required.addAll(common);
      describe(made, base, required, sets);
    }
    if (!required.isEmpty()) {
      made.put("required", SchemaTree.texts(required));
    }
  }

  /** What a model would have seen from the branches: which members it has to give together. */
  private static void describe(
      Map<String, SchemaTree> made, Members base, Set<String> required, List<Set<String>> sets) {
    Set<String> choices = new LinkedHashSet<>();
    for (Set<String> set : sets) {
      set.removeAll(required);
      choices.add(String.join(", ", set));
    }
    if (choices.size() < 2 || choices.size() > MOST_SETS || choices.contains("")) {
      return;
    }
    String note = "Give one of these: " + String.join("; or ", choices) + ".";
    String own = base.text("description");
    made.put("description", SchemaTree.text(own == null ? note : own + " " + note));
  }
}
