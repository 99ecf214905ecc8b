package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.schema.LocalRef;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A schema with what its {@code $ref} refer to in their places, for clients that do not follow
 * them. {@code $defs} and {@code definitions} are left out. A reference to what it stands in itself
 * becomes a schema that allows everything and says so. What refers out of the document stays, and
 * is not followed.
 *
 * <p>Members beside a {@code $ref} hold too (2020-12 core 8.2.3.1): what only describes the value
 * goes before the description of what is referred to; conditions are put together with {@code
 * allOf}.
 */
final class InlinedRefs {

  /** No schema gets longer than this, in characters; references into references grow so fast. */
  static final int LARGEST = 128 * 1024;

  /** What stands between the values of an object. */
  private static final int PUNCTUATION = 4;

  /** Their meaning depends on where a schema is reached from. */
  private static final List<String> DYNAMIC = List.of("$dynamicRef", "$recursiveRef");

  private final Members root;
  private final Set<SchemaTree> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int size;
  private boolean changed;

  private InlinedRefs(Members root) {
    this.root = root;
  }

  /**
   * The schema without local references.
   *
   * @return null when it has none, or has to stay as it is: it would get larger than {@link
   *     #LARGEST} or too deep, a local reference leads nowhere or to an anchor, or there are bases
   *     or dynamic references in it that change what references mean
   */
  static @Nullable Members of(Members root) {
    InlinedRefs inlined = new InlinedRefs(root);
    try {
      SchemaTree made = inlined.schema(root, 0);
      return inlined.changed && made instanceof Members members ? members : null;
    } catch (Unfit e) {
      return null;
    }
  }

  private SchemaTree schema(SchemaTree schema, int depth) {
    spend(PUNCTUATION);
    if (depth > SchemaTree.DEEPEST) {
      throw new Unfit();
    }
    if (!(schema instanceof Members members)) {
      return data(schema);
    }
    if ((depth > 0 && members.text("$id") != null)
        || DYNAMIC.stream().anyMatch(members.members()::containsKey)) {
      throw new Unfit();
    }
    String ref = members.text(Keywords.REF);
    open.add(members);
    try {
      return ref != null && LocalRef.isLocal(ref)
          ? reference(members, ref, depth)
          : new Members(keywords(members, depth));
    } finally {
      open.remove(members);
    }
  }

  private Map<String, SchemaTree> keywords(Members schema, int depth) {
    Map<String, SchemaTree> made = new LinkedHashMap<>();
    for (Map.Entry<String, SchemaTree> member : schema.members().entrySet()) {
      String keyword = member.getKey();
      if (Keywords.DEFINITIONS.contains(keyword)) {
        changed = true;
        continue;
      }
      spend(keyword.length() + PUNCTUATION);
      made.put(keyword, keyword(keyword, member.getValue(), depth));
    }
    return made;
  }

  private SchemaTree keyword(String keyword, SchemaTree value, int depth) {
    SchemaTree made = Keywords.map(keyword, value, inner -> schema(inner, depth + 1));
    if (made == value) {
      return data(value);
    }
    if (value instanceof Members names) {
      names.members().keySet().forEach(name -> spend(name.length() + PUNCTUATION));
    }
    return made;
  }

  private SchemaTree reference(Members referring, String ref, int depth) {
    SchemaTree target = LocalRef.resolve(root, ref);
    if (target == null || target instanceof Listing) {
      throw new Unfit();
    }
    changed = true;
    Map<String, SchemaTree> beside = keywords(without(referring, Keywords.REF), depth);
    SchemaTree there = open.contains(target) ? recursive(ref) : schema(target, depth + 1);
    return beside.isEmpty() ? there : together(beside, there);
  }

  private static Members without(Members schema, String keyword) {
    Map<String, SchemaTree> rest = new LinkedHashMap<>(schema.members());
    rest.remove(keyword);
    return new Members(rest);
  }

  private SchemaTree recursive(String ref) {
    String note = "Any value is taken here; it has the shape of " + ref + ", in which it stands.";
    spend(note.length() + PUNCTUATION);
    return new Members(Map.of("description", SchemaTree.text(note)));
  }

  private static SchemaTree together(Map<String, SchemaTree> beside, SchemaTree there) {
    if (there instanceof Members target
        && beside.keySet().stream().allMatch(Keywords::isAnnotation)) {
      Map<String, SchemaTree> made = new LinkedHashMap<>(target.members());
      made.putAll(beside);
      String own = new Members(beside).text("description");
      String theirs = target.text("description");
      if (own != null && theirs != null && !own.equals(theirs)) {
        made.put("description", SchemaTree.text(own + " " + theirs));
      }
      return new Members(made);
    }
    List<SchemaTree> all = new ArrayList<>();
    all.add(there);
    if (beside.get("allOf") instanceof Listing listing) {
      all.addAll(listing.items());
    }
    Map<String, SchemaTree> made = new LinkedHashMap<>(beside);
    made.put("allOf", new Listing(all));
    return new Members(made);
  }

  private SchemaTree data(SchemaTree data) {
    switch (data) {
      case Leaf leaf -> spend(leaf.json().length());
      case Listing listing -> {
        for (SchemaTree item : listing.items()) {
          spend(PUNCTUATION);
          data(item);
        }
      }
      case Members members -> {
        for (Map.Entry<String, SchemaTree> member : members.members().entrySet()) {
          spend(member.getKey().length() + PUNCTUATION);
          data(member.getValue());
        }
      }
    }
    return data;
  }

  private void spend(int bytes) {
    size += bytes;
    if (size > LARGEST) {
      throw new Unfit();
    }
  }

  /** Leaves the recursion; never leaves this class. */
  private static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit() {
      super(null, null, false, false);
    }
  }
}
