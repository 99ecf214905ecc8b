package dev.sallyport.codemode;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Schemas as JSON: honest ones that have a value, and whatever a hostile server may send. */
final class Schemata {

  private static final Arbitrary<String> NAMES =
      Arbitraries.of(
          "path", "x-y", "from", "", "list", "a\\\"b", "ü", "limit", "\\u202eevil", "q\\n");

  private Schemata() {}

  static Arbitrary<String> honest(int depth) {
    Arbitrary<String> text =
        Combinators.combine(
                Arbitraries.integers().between(0, 5), Arbitraries.integers().between(5, 12))
            .as(
                (least, most) ->
                    "{\"type\":\"string\",\"minLength\":%d,\"maxLength\":%d}"
                        .formatted(least, most));
    Arbitrary<String> whole =
        Combinators.combine(
                Arbitraries.integers().between(-20, 20),
                Arbitraries.integers().between(3, 30),
                Arbitraries.of("minimum", "exclusiveMinimum"),
                Arbitraries.of("maximum", "exclusiveMaximum"))
            .as(
                (least, range, low, high) ->
                    "{\"type\":\"integer\",\"%s\":%d,\"%s\":%d}"
                        .formatted(low, least, high, least + range));
    Arbitrary<String> stepped =
        Combinators.combine(
                Arbitraries.integers().between(-20, 20), Arbitraries.of("2", "5", "0.5"))
            .as(
                (least, step) ->
                    "{\"type\":\"number\",\"minimum\":%d,\"multipleOf\":%s}"
                        .formatted(least, step));
    Arbitrary<String> number =
        Combinators.combine(
                Arbitraries.integers().between(-9, 9), Arbitraries.of("0.5", "1.25", "7"))
            .as(
                (least, range) ->
                    "{\"type\":\"number\",\"exclusiveMinimum\":%d,\"exclusiveMaximum\":%s}"
                        .formatted(
                            least,
                            new java.math.BigDecimal(range)
                                .add(java.math.BigDecimal.valueOf(least))));
    Arbitrary<String> simple =
        Arbitraries.oneOf(
            text,
            whole,
            stepped,
            number,
            Arbitraries.of(
                "{\"type\":\"boolean\"}",
                "{\"type\":\"null\"}",
                "{}",
                "{\"type\":[\"null\",\"integer\"]}",
                "{\"enum\":[\"open\",\"closed\",null]}",
                "{\"const\":{\"a\":[1,2.5,\"\\u202e\"]}}",
                "{\"type\":\"string\",\"format\":\"date-time\"}",
                "{\"type\":\"string\",\"pattern\":\"^[A-Z]+-[0-9]{2,}$\"}",
                "{\"type\":\"string\",\"examples\":[\"say \\\"hi\\\"\\n\"]}",
                "{\"type\":\"integer\",\"default\":7,\"maximum\":9}"));
    if (depth == 0) {
      return simple;
    }
    Arbitrary<String> inner = honest(depth - 1);
    return Arbitraries.oneOf(
        simple,
        object(inner),
        Combinators.combine(inner, Arbitraries.integers().between(0, 3))
            .as(
                (item, least) ->
                    "{\"type\":\"array\",\"items\":%s,\"minItems\":%d,\"maxItems\":4}"
                        .formatted(item, least)),
        inner.list().ofMinSize(1).ofMaxSize(3).map(all -> "{\"anyOf\":" + all + "}"),
        object(inner)
            .map(
                all ->
                    "{\"allOf\":["
                        + all
                        + ",{\"properties\":{\"extra\":{\"type\":\"integer\"}},\"required\":[\"extra\"]}]}"));
  }

  static Arbitrary<String> object(Arbitrary<String> inner) {
    Arbitrary<List<String>> names = NAMES.list().ofMaxSize(5).uniqueElements();
    return Combinators.combine(names, inner.list().ofSize(5), Arbitraries.integers().between(0, 5))
        .as(
            (all, schemas, required) -> {
              StringBuilder properties = new StringBuilder();
              for (int i = 0; i < all.size(); i++) {
                properties
                    .append(i == 0 ? "" : ",")
                    .append('"' + all.get(i) + "\":")
                    .append(schemas.get(i));
              }
              String needed =
                  all.stream()
                      .limit(required)
                      .map(name -> '"' + name + '"')
                      .collect(Collectors.joining(","));
              return "{\"type\":\"object\",\"properties\":{"
                  + properties
                  + "},\"required\":["
                  + needed
                  + "]}";
            });
  }

  /** Members with the names of keywords and values of any kind. */
  static Arbitrary<String> hostile(int depth) {
    Arbitrary<String> leaf =
        Arbitraries.of(
            "true",
            "false",
            "null",
            "0",
            "-1e999",
            "1E400",
            "\"\"",
            "\"string\"",
            "\"object\"",
            "\"array\"",
            "\"#\"",
            "\"#/properties/a\"",
            "\"#/$defs/d/items\"",
            "\"\\u0000\\u202e\"",
            "\"\\\"\\\"\\\"\\n) -> Any: # \"",
            "[]",
            "{}",
            "\"{[(\"",
            "\"" + "long ".repeat(500) + "\"",
            "123456789012345678901234567890");
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<String> inner = hostile(depth - 1);
    Arbitrary<String> keyword =
        Arbitraries.of(
            "type",
            "properties",
            "items",
            "prefixItems",
            "enum",
            "const",
            "default",
            "examples",
            "anyOf",
            "oneOf",
            "allOf",
            "$ref",
            "$defs",
            "required",
            "nullable",
            "additionalProperties",
            "description",
            "minimum",
            "maximum",
            "multipleOf",
            "minLength",
            "minItems",
            "maxItems",
            "pattern",
            "format",
            "a",
            "d",
            "x\\u202e",
            "\\\"\\\"\\\"",
            "b\\n");
    Arbitrary<String> object =
        Combinators.combine(keyword.list().ofMaxSize(6).uniqueElements(), inner.list().ofSize(6))
            .as(
                (names, values) -> {
                  StringBuilder json = new StringBuilder("{");
                  for (int i = 0; i < names.size(); i++) {
                    json.append(i == 0 ? "\"" : ",\"")
                        .append(names.get(i))
                        .append("\":")
                        .append(values.get(i));
                  }
                  return json.append('}').toString();
                });
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(1, leaf),
        net.jqwik.api.Tuple.of(4, object),
        net.jqwik.api.Tuple.of(1, inner.list().ofMaxSize(4).map(List::toString)));
  }
}
