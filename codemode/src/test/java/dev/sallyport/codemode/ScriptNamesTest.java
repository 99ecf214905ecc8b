package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.Environment;
import dev.sallyport.starlark.Limits;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.ParseResult;
import dev.sallyport.starlark.PrintSink;
import dev.sallyport.starlark.Program;
import dev.sallyport.starlark.StarlarkException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ScriptNamesTest {

  /** What Python has as keywords and built-ins, and Code Mode as globals. */
  private static final String WORDS =
      """
      False None True and as assert async await break class continue def del elif else except finally for from global
      if import in is lambda nonlocal not or pass raise return try while with yield load match case
      abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
      delattr dict dir divmod enumerate eval exec fail filter float format frozenset getattr globals hasattr hash help hex
      id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print
      property range repr reversed round set setattr slice sorted staticmethod str struct sum super tuple type vars zip
      json math re time call try_call parallel result""";

  @Test
  void reservesWhatTheInterpreterHas() {
    for (String word : WORDS.split("\\s+", -1)) {
      boolean global = runs("x = " + word);
      boolean keyword = !parses(word + " = 1");

      assertThat(ScriptNames.isReserved(word))
          .as(word)
          .isEqualTo(global || keyword || OWN.contains(word));
      assertThat(ScriptNames.isIdentifier(word))
          .as(word)
          .isEqualTo(!keyword || parses("x = dict(" + word + " = 1)"));
    }
  }

  /** What Code Mode adds to the language, and what it has for sets, which are off. */
  private static final Set<String> OWN =
      Set.of("json", "math", "re", "time", "call", "try_call", "parallel", "result", "set");

  @Test
  void keepsWhatIsANameAndMakesANameOfTheRest() {
    assertThat(names("read_file", "read-dir", "get.it", "2fa", "list", "for", "für", ""))
        .containsEntry("read_file", "read_file")
        .containsEntry("read-dir", "read_dir")
        .containsEntry("get.it", "get_it")
        .containsEntry("2fa", "_2fa")
        .containsEntry("list", "list")
        .containsEntry("for", "for_")
        .containsEntry("für", "f_r")
        .containsEntry("", "_");
  }

  @Test
  void callsNoServerLikeAGlobal() {
    assertThat(
            ScriptNames.ofServers(
                List.of("json", "list", "my-fs", "if"), (server, round) -> "AAAAAAAA"))
        .containsEntry("json", "json_")
        .containsEntry("list", "list_")
        .containsEntry("my-fs", "my_fs")
        .containsEntry("if", "if_");
  }

  @Test
  void tellsApartWhatWouldBeCalledAlike() {
    Map<String, String> names = names("read_file", "read-file", "read.file");

    assertThat(names).containsEntry("read_file", "read_file");
    assertThat(names.get("read-file"))
        .isEqualTo("read_file_" + ExposedNames.hash("s", "read-file"));
    assertThat(names.get("read.file"))
        .isEqualTo("read_file_" + ExposedNames.hash("s", "read.file"));
  }

  @Test
  void givesNoToolTheNameThatAnotherHasByItsHash() {
    String taken = "read_file_" + ExposedNames.hash("s", "read-file");

    assertThat(new HashSet<>(names("read_file", "read-file", taken).values())).hasSize(3);
  }

  @Test
  void staysUniqueWhereHashesAreTheSame() {
    Map<String, String> names =
        ScriptNames.ofTools(
            List.of("a-b", "a.b"),
            (name, round) ->
                round == 0 ? "AAAAAAAA" : name.equals("a-b") ? "BBBBBBBB" : "CCCCCCCC");

    assertThat(names.values())
        .containsExactlyInAnyOrder("a_b_AAAAAAAA_BBBBBBBB", "a_b_AAAAAAAA_CCCCCCCC");
  }

  @Test
  void endsAndStaysUniqueWhereNoHashTellsNamesApart() {
    List<String> originals = List.of("a-b", "a.b", "_0", "a/b");

    Map<String, String> names = ScriptNames.ofTools(originals, (name, round) -> "AAAAAAAA");

    assertThat(names)
        .isEqualTo(Map.of("_0", "_0", "a-b", "_1", "a.b", "_2", "a/b", "_3"))
        .isEqualTo(ScriptNames.ofTools(originals.reversed(), (name, round) -> "AAAAAAAA"));
    // Each is half of a pair, which has no bytes that could be told apart.
    assertThat(new HashSet<>(names("\uD800", "\uD801", "\uDC00").values())).hasSize(3);
  }

  @Property(tries = 1000)
  void areIdentifiersAndUniqueInAnyOrder(@ForAll("tools") List<String> tools) {
    Map<String, String> names = names(tools.toArray(String[]::new));

    assertThat(names.keySet()).isEqualTo(new HashSet<>(tools));
    assertThat(new HashSet<>(names.values())).hasSize(names.size());
    assertThat(names(tools.reversed().toArray(String[]::new))).isEqualTo(names);
    for (String name : names.values()) {
      assertThat(name).matches("[A-Za-z_][A-Za-z0-9_]{0,64}");
      assertThat(parses("def f(server):\n  return server." + name + "(" + name + " = 1)")).isTrue();
    }
  }

  @Provide
  Arbitrary<List<String>> tools() {
    return Arbitraries.oneOf(
            Arbitraries.strings().withChars("ab_.-A2").ofMaxLength(4),
            Arbitraries.of(WORDS.split("\\s+", -1)),
            Arbitraries.strings().withChars("ab_-").ofMinLength(60).ofMaxLength(70),
            Arbitraries.strings().all().ofMaxLength(10))
        .list()
        .ofMaxSize(40);
  }

  private static Map<String, String> names(String... tools) {
    return ScriptNames.ofTools(
        List.of(tools), (tool, round) -> ExposedNames.hash("s", tool + "\0".repeat(round)));
  }

  private static boolean parses(String source) {
    return Program.parse(source, "test.star", Dialect.CODE_MODE) instanceof ParseResult.Parsed;
  }

  private static boolean runs(String source) {
    try {
      Program.parse(source, "test.star", Dialect.CODE_MODE)
          .orThrow()
          .run(Environment.EMPTY, new Meter(Limits.DEFAULT), PrintSink.NONE);
      return true;
    } catch (StarlarkException e) {
      return false;
    }
  }
}
