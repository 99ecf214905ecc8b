package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewrittenSchemasTest {

  private static final Dialect BOTH = new Dialect(Dialect.ANY_LENGTH, true, true, false, false);

  private final RewrittenSchemas schemas = new RewrittenSchemas();

  private static ToolEntry tool(String inputSchema) {
    byte[] definition =
        ("{'name':'t','inputSchema':" + inputSchema + "}")
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8);
    return new ToolEntry("s", "t", "s__t", definition, definition, false);
  }

  private static String text(RewrittenSchemas.Rewriting rewriting) {
    return switch (rewriting) {
      case RewrittenSchemas.Rewritten rewritten ->
          new String(rewritten.schema(), StandardCharsets.UTF_8).replace('"', '\'');
      case RewrittenSchemas.Unchanged unchanged -> "unchanged";
    };
  }

  @Test
  void referencesAreInlinedBeforeAUnionIsMerged() {
    RewrittenSchemas.Rewriting made =
        schemas.of(
            tool(
                "{'oneOf':[{'$ref':'#/$defs/A'},{'$ref':'#/$defs/B'}],"
                    + "'$defs':{'A':{'properties':{'a':{'$ref':'#/$defs/N'}}},"
                    + "'B':{'properties':{'b':{'$ref':'#/$defs/N'}}},'N':{'type':'number'}}}"),
            BOTH);

    assertThat(text(made))
        .isEqualTo("{'type':'object','properties':{'a':{'type':'number'},'b':{'type':'number'}}}");
    assertThat(made.isWrapped()).isFalse();
  }

  @Test
  void isRewrittenOnceForAToolAndAnyDialectWithTheSameQuirks() {
    ToolEntry tool = tool("{'items':{'$ref':'#/$defs/A'},'$defs':{'A':{}}}");

    assertThat(schemas.of(tool, new Dialect(60, true, true, true, true)))
        .isSameAs(schemas.of(tool, BOTH));
    assertThat(text(schemas.of(tool, Dialect.PLAIN))).isEqualTo("unchanged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object'}",
        "7",
        // Twice the same name, or no text: it has no faithful tree.
        "{'a':1,'a':2,'$defs':{}}",
        "{'title':'x','$defs':{'\\ud800':{}}}",
      })
  void whatHasNoQuirkOrNoFaithfulTreeStays(String inputSchema) {
    assertThat(text(schemas.of(tool(inputSchema), BOTH))).isEqualTo("unchanged");
  }

  /** Modern clients mirror what they see marked; the gateway checks what the server marked. */
  @Test
  void headersThatMirrorArgumentsStayTheSame() {
    String marked = "{'type':'string','x-mcp-header':'Region'}";

    assertThat(
            text(
                schemas.of(
                    tool(
                        "{'type':'object','properties':{'r':"
                            + marked
                            + ",'n':{'$ref':'#/$defs/N'}},'$defs':{'N':{'type':'number'}}}"),
                    BOTH)))
        .isEqualTo("{'type':'object','properties':{'r':" + marked + ",'n':{'type':'number'}}}");
    assertThat(
            text(
                schemas.of(
                    tool(
                        "{'type':'object','properties':{'r':"
                            + marked
                            + "},'oneOf':[{'not':{}},{'required':['r']}]}"),
                    BOTH)))
        .isEqualTo("unchanged");
  }

  @Test
  void nestingThatIsTooDeepStays() {
    String deep = "{'items':".repeat(200) + "{}" + "}".repeat(200);

    assertThat(text(schemas.of(tool("{'$defs':{},'items':" + deep + "}"), BOTH)))
        .isEqualTo("unchanged");
  }

  /** Whatever a server lists: one schema never costs a list. */
  @Test
  void noSchemaMakesRewritingFailAndWhatComesOutIsJson() {
    for (int seed = 0; seed < 3000; seed++) {
      ToolEntry tool = tool(new RandomSchema(seed).text());

      if (schemas.of(tool, BOTH) instanceof RewrittenSchemas.Rewritten rewritten) {
        assertThat(JsonObject.of(rewritten.schema()).string("type"))
            .as("seed %d: %s", seed, text(rewritten))
            .isIn(null, "object");
        assertThat(rewritten.schema().length).isLessThan(2 * InlinedRefs.LARGEST);
      }
    }
  }

  /** A schema of keywords that mean something here, in places that make sense and others. */
  private static final class RandomSchema {

    private static final List<String> WORDS =
        List.of("properties", "$defs", "items", "anyOf", "oneOf", "allOf", "not", "required", "x");
    private static final List<String> REFS =
        List.of("#", "#/$defs/x", "#/$defs/items", "#/properties/x", "#/anyOf/0", "#/items", "#a");

    private final Random random;

    RandomSchema(long seed) {
      random = new Random(seed);
    }

    String text() {
      return object(0);
    }

    private String object(int depth) {
      Map<String, String> members = new TreeMap<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        members.put(one(WORDS), value(depth + 1));
      }
      if (random.nextInt(3) == 0) {
        members.put("$ref", "'" + one(REFS) + "'");
      }
      return members.entrySet().stream()
          .map(member -> "'" + member.getKey() + "':" + member.getValue())
          .collect(Collectors.joining(",", "{", "}"));
    }

    private String value(int depth) {
      return switch (depth > 5 ? 0 : random.nextInt(6)) {
        case 0 -> "true";
        case 1 -> "['x']";
        case 2 -> "[" + object(depth) + "," + object(depth) + "]";
        default -> object(depth);
      };
    }

    private String one(List<String> texts) {
      return texts.get(random.nextInt(texts.size()));
    }
  }
}
