package dev.sallyport.codemode;

import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that a schema allows: what the schema gives itself (const, default, example, enum), else
 * the plainest of its type within its bounds, with what is required; patterns as far as {@link
 * PatternSample} goes. {@code not}, conditions and dependencies are not looked at. Bounded as
 * {@link TypeText} is.
 */
final class ExampleValue {

  private static final int DEEPEST = 8;
  private static final int WORK = 500;
  private static final int MOST_ITEMS = 5;
  private static final int LONGEST_TEXT = 200;
  private static final Leaf NULL = new Leaf("null");

  private final Members root;
  private int work = WORK;

  /**
   * @param root the document that references are into
   */
  ExampleValue(Members root) {
    this.root = root;
  }

  SchemaTree of(@Nullable SchemaTree schema) {
    return of(schema, "", 0);
  }

  private SchemaTree of(@Nullable SchemaTree schema, String name, int depth) {
    if (--work < 0 || depth > DEEPEST) {
      return NULL;
    }
    Members members = Schemas.resolved(schema, root);
    SchemaTree given = Schemas.given(members);
    if (given != null && (depth > 0 || given instanceof Members)) {
      return given;
    }
    List<SchemaTree> branches = Schemas.branches(members);
    String type = type(members);
    if (type.equals("object")) {
      return object(members, branches, depth);
    }
    if (!branches.isEmpty()) {
      return of(branch(branches), name, depth + 1);
    }
    List<SchemaTree> parts = Schemas.list(members, "allOf");
    if (type.isEmpty() && !parts.isEmpty()) {
      return Schemas.properties(members, root).all().isEmpty()
          ? of(parts.getFirst(), name, depth + 1)
          : object(members, branches, depth);
    }
    return switch (type) {
      case "integer", "number" -> number(members, type.equals("integer"));
      case "boolean" -> new Leaf("true");
      case "null" -> NULL;
      case "array" -> array(members, name, depth);
      default -> SchemaTree.text(text(members, name));
    };
  }

  /** The first type that is not null. */
  private static String type(Members schema) {
    Set<String> types = Schemas.types(schema);
    for (String type : types) {
      if (!type.equals("null")) {
        return type;
      }
    }
    return types.isEmpty() ? "" : "null";
  }

  private SchemaTree branch(List<SchemaTree> branches) {
    for (SchemaTree branch : branches) {
      if (!type(Schemas.resolved(branch, root)).equals("null")) {
        return branch;
      }
    }
    return branches.getFirst();
  }

  private SchemaTree object(Members schema, List<SchemaTree> branches, int depth) {
    Schemas.Properties properties = Schemas.properties(schema, root);
    Map<String, SchemaTree> values = new LinkedHashMap<>();
    for (String name : properties.required()) {
      values.put(name, of(properties.all().get(name), name, depth + 1));
    }
    if (!branches.isEmpty()) {
      Members branch = Schemas.resolved(branch(branches), root);
      for (String name : branch.texts("required")) {
        SchemaTree property = properties.all().get(name);
        if (property != null && !values.containsKey(name)) {
          values.put(name, of(property, name, depth + 1));
        }
      }
    }
    return new Members(values);
  }

  private SchemaTree array(Members schema, String name, int depth) {
    List<SchemaTree> prefix = Schemas.list(schema, "prefixItems");
    int least = bound(schema, "minItems", 0);
    int most = bound(schema, "maxItems", MOST_ITEMS);
    boolean described = !prefix.isEmpty() || schema.get("items") instanceof Members;
    int count = Math.min(Math.max(least, described ? Math.max(1, prefix.size()) : 0), most);
    List<SchemaTree> items = new ArrayList<>();
    for (int i = 0; i < Math.min(count, MOST_ITEMS); i++) {
      items.add(
          of(i < prefix.size() ? prefix.get(i) : schema.get("items"), singular(name), depth + 1));
    }
    return new Listing(items);
  }

  private static int bound(Members schema, String name, int fallback) {
    BigDecimal bound = decimal(schema.get(name));
    return bound == null ? fallback : Math.clamp(bound.longValue(), 0, 1_000_000);
  }

  private static Leaf number(Members schema, boolean whole) {
    Bounds bounds =
        new Bounds(
            decimal(schema.get("minimum")),
            decimal(schema.get("exclusiveMinimum")),
            decimal(schema.get("maximum")),
            decimal(schema.get("exclusiveMaximum")));
    BigDecimal step = decimal(schema.get("multipleOf"));
    if (step == null || step.signum() <= 0) {
      step = whole ? BigDecimal.ONE : null;
    }
    return new Leaf(bounds.number(step).stripTrailingZeros().toPlainString());
  }

  /** Null for what is no number, or one that costs more to reckon with than an example is worth. */
  private static @Nullable BigDecimal decimal(@Nullable SchemaTree value) {
    return value instanceof Leaf leaf && leaf.json().matches("-?[0-9]{1,18}(\\.[0-9]{1,12})?")
        ? new BigDecimal(leaf.json())
        : null;
  }

  private static String text(Members schema, String name) {
    String pattern = schema.text("pattern");
    String matching = pattern == null ? null : PatternSample.of(pattern);
    if (matching != null) {
      return matching;
    }
    String format = schema.text("format");
    String text =
        switch (format == null ? "" : format) {
          case "date" -> "2026-01-31";
          case "date-time" -> "2026-01-31T09:30:00Z";
          case "time" -> "09:30:00Z";
          case "duration" -> "PT1H";
          case "email", "idn-email" -> "somebody@example.com";
          case "uri", "url", "iri", "uri-reference" -> "https://example.com/";
          case "uuid" -> "3f2a9c1e-5b7d-4e8f-9a0b-1c2d3e4f5a6b";
          case "hostname" -> "example.com";
          case "ipv4" -> "192.0.2.1";
          case "ipv6" -> "2001:db8::1";
          default -> name.isEmpty() ? "text" : PlainText.line(name, 30);
        };
    int most = bound(schema, "maxLength", LONGEST_TEXT);
    int least = Math.min(bound(schema, "minLength", 0), LONGEST_TEXT);
    if (text.codePointCount(0, text.length()) > most) {
      text = "abcdefghijklmnopqrstuvwxyz".substring(0, Math.min(most, 26));
    }
    StringBuilder longer = new StringBuilder(text);
    while (longer.codePointCount(0, longer.length()) < least) {
      longer.append('x');
    }
    return longer.toString();
  }

  private static String singular(String name) {
    return name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
  }
}
