package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientsTest {

  private static final McpHeaders NO_HEADERS = name -> List.of();

  private final Clients clients = Clients.builtIn();

  private static McpHeaders userAgent(String value) {
    return name -> name.equals(McpHeaders.USER_AGENT) ? List.of(value) : List.of();
  }

  private Client of(String clientInfo, McpHeaders headers) {
    byte[] data = ("  " + clientInfo + " ").getBytes(StandardCharsets.UTF_8);
    return clients.of(data, new Span(2, data.length - 1), headers);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-ai,64",
    "claude-ai (via mcp-remote 0.1.37),64",
    "claude-code,46",
    "Visual Studio Code - Insiders,46",
    "Visual-Studio-Code,46",
    "windsurf-client,46",
  })
  void recognisesClientsBehindTheNamesThatTheyReallySend(String name, int longest) {
    Dialect dialect = of("{\"name\":\"" + name + "\",\"version\":\"1\"}", NO_HEADERS).dialect();

    assertThat(dialect.maxToolNameLength()).isEqualTo(longest);
    assertThat(dialect.wrapTopLevelUnion()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"tester", "claude-aint", "xcursor", "''"})
  void aClientThatIsNotKnownIsPlain(String name) {
    Client client = of("{\"name\":\"" + name + "\",\"version\":\"1\"}", NO_HEADERS);

    assertThat(client.dialect()).isSameAs(Dialect.PLAIN);
  }

  @Test
  void isRecognisedOnceAndThenByItsBytes() {
    Client first = of("{\"name\":\"cursor-vscode\",\"version\":\"1\"}", NO_HEADERS);

    assertThat(of("{\"name\":\"cursor-vscode\",\"version\":\"1\"}", NO_HEADERS)).isSameAs(first);
    assertThat(of("{\"name\":\"cursor-vscode\",\"version\":\"2\"}", NO_HEADERS).version())
        .isEqualTo("2");
    assertThat(first.text()).isEqualTo("cursor-vscode 1");
  }

  @Test
  void anEscapedNameIsTheSameName() {
    assertThat(of("{\"name\":\"\\u0063ursor\"}", NO_HEADERS).dialect().limitsNames()).isTrue();
  }

  @Test
  void theUserAgentCountsOnlyWhereTheClientDoesNotNameItself() {
    McpHeaders gemini = userAgent("gemini-cli/0.20.1 (linux)");

    assertThat(clients.of(new byte[0], null, gemini).dialect().inlineRefs()).isTrue();
    assertThat(of("{}", gemini).dialect().inlineRefs()).isTrue();
    assertThat(of("{\"name\":\"tester\"}", gemini).dialect()).isEqualTo(Dialect.PLAIN);
    assertThat(clients.of(new byte[0], null, gemini).text()).isEmpty();
    assertThat(clients.of(new byte[0], null, NO_HEADERS)).isSameAs(Client.UNNAMED);
  }

  @ParameterizedTest
  @CsvSource({"7", "[]", "{}", "{\"name\":7}", "\"cursor\""})
  void whatIsNoClientInfoNamesNobody(String clientInfo) {
    assertThat(of(clientInfo, NO_HEADERS)).isEqualTo(Client.UNNAMED);
  }

  @Test
  void tooMuchIsCut() {
    Client client =
        of(
            "{\"name\":\"" + "n".repeat(5000) + "\",\"version\":\"" + "1".repeat(99) + "\"}",
            NO_HEADERS);

    assertThat(client.text()).hasSize(128);
  }

  @Test
  void aFileOfTheOperatorIsTriedFirst(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("d.yaml"), "cursor: {names: [cursor-vscode]}");

    Clients added = new Clients(settings(file));

    assertThat(added.named("cursor-vscode", "1").dialect()).isEqualTo(Dialect.PLAIN);
    assertThat(added.named("claude-code", "1").dialect().wrapTopLevelUnion()).isTrue();
  }

  @Test
  void aFileThatIsWrongStopsTheStart(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("d.yaml"), "a:\n  name: [x]\n");

    Assertions.assertThatThrownBy(() -> new Clients(settings(file)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("d.yaml:2:3: a.name: unknown key; did you mean `names`?");
  }

  private static DialectSettings settings(Path file) {
    return new DialectSettings() {
      @Override
      public Optional<Path> file() {
        return Optional.of(file);
      }

      @Override
      public int mostOnPage() {
        return 10;
      }
    };
  }
}
