package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectFileTest {

  private static DialectFile.Read parse(String yaml) {
    return DialectFile.parse("my-dialects.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static List<KnownClient> known(String yaml) {
    return switch (parse(yaml)) {
      case DialectFile.Known(List<KnownClient> clients) -> clients;
      case DialectFile.Refused refused -> throw new AssertionError(refused.findings().text());
    };
  }

  private static String findings(String yaml) {
    return parse(yaml) instanceof DialectFile.Refused refused ? refused.findings().text() : "none";
  }

  @Test
  void readsEveryQuirk() {
    KnownClient client =
        known(
                """
                mine:
                  names: [My-Client, "my-client-*"]
                  userAgents: ["MyClient/*"]
                  versions: ">=1 <2"
                  maxToolNameLength: 50
                  inlineRefs: true
                  wrapTopLevelUnion: true
                  flattenPages: true
                  tolerateMissingMethodHeader: true
                """)
            .getFirst();

    assertThat(client.dialect()).isEqualTo(new Dialect(50, true, true, true, true));
    assertThat(client.isNamed("my-client", "1.5")).isTrue();
    assertThat(client.isNamed("MY-CLIENT-5", "1.5")).isTrue();
    assertThat(client.isNamed("my-client", "2.0")).isFalse();
    assertThat(client.isNamed("not-my-client", "1.5")).isFalse();
    assertThat(client.sends("MyClient/1.9 (linux)")).isTrue();
    assertThat(client.sends("MyClient/2.0")).isFalse();
  }

  @Test
  void anEntryWithoutQuirksSwitchesOff() {
    assertThat(known("cursor: {names: [cursor]}").getFirst().dialect()).isEqualTo(Dialect.PLAIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: {names: [x], inlineRef: true} | 1:17: a.inlineRef: unknown key; did you mean `inlineRefs`?",
        "a: {names: [x], inlineRefs: 1} | 1:29: a.inlineRefs: must be true or false, not a number",
        "a: {names: [x], maxToolNameLength: 41} | 1:36: a.maxToolNameLength: must be a whole number from 42 to 512",
        "a: {names: x} | 1:12: a.names: must be a list such as [my-client, \"my-client-*\"], not text",
        "a: {names: ['']} | 1:13: a.names[0]: must have 1 to 128 characters; `*` stands for any run",
        "a: {names: [x], versions: 'new'} | 1:17: a.versions: must be conditions such as \">=1.2 <2\", with >=, >, <=, < or =",
        "a: {inlineRefs: true} | 1:4: a: says no client; give `names`, `userAgents` or both",
        "a: x | 1:4: a: must be a mapping of names to values, not text",
      })
  void aMistakeNamesFileLineAndKey(String yaml, String finding) {
    assertThat(findings(yaml)).isEqualTo("my-dialects.yaml:" + finding);
  }

  @Test
  void aFileThatIsNotThereIsAFinding() {
    assertThat(((DialectFile.Refused) DialectFile.read(Path.of("no-such.yaml"))).findings().text())
        .isEqualTo("no-such.yaml:1:1: there is no such file");
  }

  @Test
  void additionsComeFirstAndReplaceThoseOfTheirName() {
    List<KnownClient> added = known("cursor: {names: [x]}\nnew: {names: [y]}");

    List<KnownClient> all =
        DialectFile.merged(added, known("a: {names: [z]}\ncursor: {names: [c]}"));

    assertThat(all).extracting(KnownClient::label).containsExactly("cursor", "new", "a");
    assertThat(all.getFirst().isNamed("x", "")).isTrue();
    assertThat(all.getFirst().isNamed("c", "")).isFalse();
  }

  @Test
  void theBuiltInFileIsRight() {
    assertThat(DialectFile.builtIn())
        .isNotEmpty()
        .allSatisfy(client -> assertThat(client.dialect()).isNotEqualTo(Dialect.PLAIN))
        .extracting(KnownClient::label)
        .contains("cursor", "claude", "claude-code", "vscode", "gemini-cli", "windsurf", "codex");
  }
}
