package dev.sallyport.codemode;

import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Types of values as a stub writes them: {@code str}, {@code list[int] | None}, {@code Literal["a",
 * "b"]}, {@code {"id": int, "note"?: str}}. One is for one text of one tool: the work that it does
 * over its life is bounded, whatever the schemas refer to; what is over is {@code Any}.
 */
final class TypeText {

  private static final String ANY = "Any";
  private static final int MOST_CHOICES = 12;
  private static final int LONGEST_CHOICE = 60;
  private static final int MOST_ALTERNATIVES = 6;
  private static final int MOST_MEMBERS = 24;

  /** Schemas inside each other, so that any thread's stack suffices. */
  private static final int DEEPEST = 24;

  /** Schemas that are looked at. */
  private static final int WORK = 3_000;

  private final Members root;
  private final Set<Members> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int work = WORK;

  /**
   * @param root the document that references are into
   */
  TypeText(Members root) {
    this.root = root;
  }

  /**
   * The type.
   *
   * @param depth how many objects inside each other are shown with their members
   * @param longest in characters, at least 4; a longer one is shown with less depth
   */
  String of(@Nullable SchemaTree schema, int depth, int longest) {
    for (int shown = depth; shown >= 0; shown--) {
      String type = type(schema, shown);
      if (type.length() <= longest) {
        return type;
      }
    }
    return ANY;
  }

  private String type(@Nullable SchemaTree schema, int depth) {
    if (--work < 0 || open.size() == DEEPEST) {
      return ANY;
    }
    Members members = Schemas.resolved(schema, root);
    if (!open.add(members)) {
      return members.members().isEmpty() ? ANY : plain(members);
    }
    try {
      return alternatives(members, depth);
    } finally {
      open.remove(members);
    }
  }

  /** Without a look at what is in it. */
  private static String plain(Members schema) {
    Set<String> types = Schemas.types(schema);
    return types.contains("object") ? "dict" : types.contains("array") ? "list" : ANY;
  }

  private String alternatives(Members schema, int depth) {
    Set<String> types = new LinkedHashSet<>();
    SchemaTree constant = schema.get("const");
    List<SchemaTree> choices = constant == null ? Schemas.list(schema, "enum") : List.of(constant);
    if (!choices.isEmpty()) {
      choices(choices, types);
    } else {
      Set<String> own = Schemas.types(schema);
      for (SchemaTree branch : Schemas.branches(schema)) {
        types.add(type(branch, depth));
      }
      if (types.contains(ANY) && !own.isEmpty()) {
        // Branches that only say what must be there.
        types.clear();
      }
      if (types.isEmpty()) {
        own.forEach(type -> types.add(ofType(type, schema, depth)));
      }
      List<SchemaTree> parts = Schemas.list(schema, "allOf");
      if (types.isEmpty() && !parts.isEmpty()) {
        types.add(
            Schemas.properties(schema, root).all().isEmpty()
                ? type(parts.getFirst(), depth)
                : object(schema, depth));
      }
    }
    if (schema.get("nullable") instanceof Leaf leaf && leaf.json().equals("true")) {
      types.add("None");
    }
    return joined(types);
  }

  private static String joined(Set<String> types) {
    boolean nothing = types.remove("None");
    if (types.contains(ANY) || types.isEmpty() || types.size() > MOST_ALTERNATIVES) {
      return nothing && types.isEmpty() ? "None" : ANY;
    }
    if (nothing) {
      types.add("None");
    }
    return String.join(" | ", types);
  }

  private static void choices(List<SchemaTree> choices, Set<String> types) {
    StringBuilder literal = new StringBuilder();
    int count = 0;
    for (SchemaTree choice : choices) {
      if (Schemas.isNull(choice)) {
        types.add("None");
        continue;
      }
      String text = choice instanceof Leaf ? Literals.of(choice, LONGEST_CHOICE) : null;
      if (text == null) {
        types.add(ANY);
        return;
      }
      if (count++ == MOST_CHOICES) {
        literal.append(", …");
        break;
      }
      literal.append(literal.isEmpty() ? "" : ", ").append(text);
    }
    if (count > 0) {
      types.add("Literal[" + literal + "]");
    }
  }

  private String ofType(String type, Members schema, int depth) {
    return switch (type) {
      case "string" -> "str";
      case "integer" -> "int";
      case "number" -> "float";
      case "boolean" -> "bool";
      case "null" -> "None";
      case "array" -> array(schema, depth);
      case "object" -> object(schema, depth);
      default -> ANY;
    };
  }

  private String array(Members schema, int depth) {
    Set<String> items = new LinkedHashSet<>();
    for (SchemaTree item : Schemas.list(schema, "prefixItems")) {
      items.add(type(item, depth));
    }
    if (schema.get("items") instanceof Members item) {
      items.add(type(item, depth));
    }
    String item = joined(items);
    return item.equals(ANY) ? "list" : "list[" + item + "]";
  }

  private String object(Members schema, int depth) {
    Schemas.Properties properties = Schemas.properties(schema, root);
    if (properties.all().isEmpty()) {
      String value =
          schema.get("additionalProperties") instanceof Members values ? type(values, depth) : ANY;
      return value.equals(ANY) ? "dict" : "dict[str, " + value + "]";
    }
    if (depth == 0) {
      return "dict";
    }
    StringBuilder text = new StringBuilder("{");
    int count = 0;
    for (Map.Entry<String, SchemaTree> property : properties.all().entrySet()) {
      text.append(count == 0 ? "" : ", ");
      if (count++ == MOST_MEMBERS) {
        text.append('…');
        break;
      }
      text.append(name(property.getKey()))
          .append(properties.required().contains(property.getKey()) ? ": " : "?: ")
          .append(type(property.getValue(), depth - 1));
    }
    return text.append('}').toString();
  }

  /** A member's name as a literal; of a very long one its beginning. */
  static String name(String name) {
    return Literals.text(
        name.length() > LONGEST_CHOICE ? PlainText.cut(name, LONGEST_CHOICE) : name);
  }
}
