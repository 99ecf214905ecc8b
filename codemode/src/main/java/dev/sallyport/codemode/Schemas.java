package dev.sallyport.codemode;

import dev.sallyport.mcp.schema.LocalRef;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions to JSON Schemas that nobody checked. */
final class Schemas {

  /** Of an object that has more, the first are looked at. */
  static final int MOST_PROPERTIES = 200;

  static final Members NONE = new Members(Map.of());

  private static final int MOST_BRANCHES = 16;
  private static final int MOST_HOPS = 8;
  private static final int LONGEST_REF = 1_000;

  private Schemas() {}

  /**
   * The schema that stands where {@code schema} says: references are followed, what is no object,
   * or refers to nothing, is one that takes anything.
   */
  static Members resolved(@Nullable SchemaTree schema, Members root) {
    SchemaTree at = schema;
    for (int hops = 0; hops <= MOST_HOPS; hops++) {
      if (!(at instanceof Members members)) {
        return NONE;
      }
      String ref = members.text("$ref");
      if (ref == null) {
        return members;
      }
      at = ref.length() > LONGEST_REF ? null : LocalRef.resolve(root, ref);
    }
    return NONE;
  }

  /** Names of types; empty if it says none. */
  static Set<String> types(Members schema) {
    String type = schema.text("type");
    if (type != null) {
      return Set.of(type);
    }
    Set<String> types = new LinkedHashSet<>();
    if (schema.get("type") instanceof Listing) {
      types.addAll(schema.texts("type"));
    } else if (schema.get("properties") instanceof Members) {
      types.add("object");
    } else if (schema.get("items") != null || schema.get("prefixItems") != null) {
      types.add("array");
    }
    return types;
  }

  /** The first elements of a list; empty if there is none. */
  static List<SchemaTree> list(Members schema, String name) {
    return list(schema, name, MOST_BRANCHES);
  }

  /** The branches of a union; empty if it is none. */
  static List<SchemaTree> branches(Members schema) {
    List<SchemaTree> any = list(schema, "anyOf");
    return any.isEmpty() ? list(schema, "oneOf") : any;
  }

  /** A value to show: what the schema itself gives, or null. */
  static @Nullable SchemaTree given(Members schema) {
    for (String name : List.of("const", "default", "example")) {
      SchemaTree value = schema.get(name);
      if (value != null) {
        return value;
      }
    }
    for (String name : List.of("examples", "enum")) {
      List<SchemaTree> values = list(schema, name);
      if (!values.isEmpty()) {
        return values.getFirst();
      }
    }
    return null;
  }

  static boolean isNull(SchemaTree value) {
    return value instanceof Leaf leaf && leaf.json().equals("null");
  }

  /**
   * Of an object schema its properties with those of {@code allOf}; where it is a union, also those
   * of its branches, which are then optional. Names that are only required take anything.
   */
  static Properties properties(Members schema, Members root) {
    Map<String, SchemaTree> properties = new LinkedHashMap<>();
    Set<String> required = new LinkedHashSet<>();
    collect(schema, root, 0, properties, required);
    for (SchemaTree branch : branches(schema)) {
      collect(resolved(branch, root), root, 0, properties, new LinkedHashSet<>());
    }
    for (String name : required) {
      if (properties.size() < MOST_PROPERTIES) {
        properties.putIfAbsent(name, NONE);
      }
    }
    required.retainAll(properties.keySet());
    return new Properties(properties, required);
  }

  private static void collect(
      Members schema,
      Members root,
      int depth,
      Map<String, SchemaTree> properties,
      Set<String> required) {
    for (Map.Entry<String, SchemaTree> property : schema.map("properties").entrySet()) {
      if (properties.size() == MOST_PROPERTIES) {
        break;
      }
      properties.putIfAbsent(property.getKey(), property.getValue());
    }
    for (SchemaTree name : list(schema, "required", MOST_PROPERTIES)) {
      String text = name instanceof Leaf leaf ? leaf.text() : null;
      if (text != null) {
        required.add(text);
      }
    }
    if (depth < 2) {
      for (SchemaTree part : list(schema, "allOf")) {
        collect(resolved(part, root), root, depth + 1, properties, required);
      }
    }
  }

  private static List<SchemaTree> list(Members schema, String name, int most) {
    return schema.get(name) instanceof Listing listing
        ? listing.items().subList(0, Math.min(listing.items().size(), most))
        : List.of();
  }

  /**
   * @param all by name, in their order
   * @param required names among them
   */
  record Properties(Map<String, SchemaTree> all, Set<String> required) {}
}
