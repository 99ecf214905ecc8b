package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Where in a schema other schemas stand (JSON Schema 2020-12 core 10.3 and validation; the names of
 * draft-07 too). What stands anywhere else is data: a {@code $ref} in a {@code default} refers to
 * nothing.
 */
final class Keywords {

  static final String REF = "$ref";

  /** At the top of a schema, they hold what {@code $ref} refers to. */
  static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");

  static final List<String> UNIONS = List.of("allOf", "anyOf", "oneOf");

  /** The value is a schema, or for some names a list of schemas. */
  private static final Set<String> SCHEMAS =
      Set.of(
          "items",
          "prefixItems",
          "additionalItems",
          "unevaluatedItems",
          "contains",
          "additionalProperties",
          "unevaluatedProperties",
          "propertyNames",
          "not",
          "if",
          "then",
          "else",
          "contentSchema",
          "allOf",
          "anyOf",
          "oneOf");

  /** The value has schemas under names of the author's choosing. */
  private static final Set<String> MAPS =
      Set.of(
          "properties",
          "patternProperties",
          "dependentSchemas",
          "dependencies",
          "$defs",
          "definitions");

  /** They tell about a value and ask nothing of it. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$comment");

  private Keywords() {}

  static boolean isAnnotation(String keyword) {
    return ANNOTATIONS.contains(keyword) || keyword.startsWith("x-");
  }

  /** The value of a keyword with every schema directly in it replaced. */
  static SchemaTree map(String keyword, SchemaTree value, UnaryOperator<SchemaTree> schema) {
    if (MAPS.contains(keyword) && value instanceof Members map) {
      Map<String, SchemaTree> mapped = new LinkedHashMap<>();
      map.members()
          .forEach(
              (name, member) ->
                  // Of draft-07's dependencies some are lists of names.
                  mapped.put(name, member instanceof Listing ? member : schema.apply(member)));
      return new Members(mapped);
    }
    if (SCHEMAS.contains(keyword)) {
      if (value instanceof Listing listing) {
        List<SchemaTree> mapped = new ArrayList<>();
        listing.items().forEach(item -> mapped.add(schema.apply(item)));
        return new Listing(mapped);
      }
      return schema.apply(value);
    }
    return value;
  }

  /** Every schema that is an object, the given one first. */
  static void each(SchemaTree schema, Consumer<Members> action) {
    if (schema instanceof Members members) {
      action.accept(members);
      members
          .members()
          .forEach(
              (keyword, value) ->
                  map(
                      keyword,
                      value,
                      inner -> {
                        each(inner, action);
                        return inner;
                      }));
    }
  }
}
