package dev.sallyport.edge.http;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.legacyCall;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request narrows what its key may, on lists and on calls alike, in both eras. */
@QuarkusTest
@TestProfile(McpSurface.class)
class IncludeHeadersTest extends SurfaceTest {

  private static final String SERVERS = "x-sallyport-include-servers";
  private static final String TOOLS = "X-Sallyport-Include-Tools";
  private static final Pattern NAME = Pattern.compile("\"name\":\"([a-z]+(?:__[a-z]+)?)\"");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      emptyValue = "",
      value = {
        "notes            | -                          | notes__list notes__read",
        "n*               | -                          | notes__list notes__read",
        "-                | files__read, *__list       | files__read notes__list",
        "-                | files__*                   | files__read files__write",
        "notes            | *__read                    | notes__read",
        "notes            | files__*                   | ''",
        "''               | -                          | ''",
        "-                | ''                         | ''",
        "' , '            | *                          | ''",
        "vault            | -                          | ''",
        "notes,files      | *__read                    | files__read notes__read",
      })
  void aListHasWhatBothHeadersLeave(
      @Nullable String servers, @Nullable String tools, String names) {
    Answer modern = wire.send(narrowed(modernList("/mcp", ADA), servers, tools));
    String session = session("/mcp", ADA);
    Answer legacy =
        wire.send(
            narrowed(
                inSession("/mcp", ADA, session, legacy("1", "tools/list", "")), servers, tools));

    List<String> left = names.isEmpty() ? List.of() : List.of(names.split(" "));
    assertThat(names(modern)).containsExactlyElementsOf(left);
    assertThat(names(legacy)).containsExactlyElementsOf(left);
  }

  @Test
  void whatIsNotLeftAnswersLikeWhatDoesNotExistAndWhatIsLeftIsCalled() {
    Answer hidden =
        wire.send(
            narrowed(modernCall("/mcp", ADA, "files__write", "{}"), null, "files__read,notes__*"));
    Answer unknown =
        wire.send(
            narrowed(modernCall("/mcp", ADA, "files__wrong", "{}"), null, "files__read,notes__*"));
    assertThat(hidden.status()).isEqualTo(unknown.status());
    assertThat(hidden.body().replace("files__write", "files__wrong")).isEqualTo(unknown.body());
    assertThat(executor.taken()).isEmpty();

    String session = session("/mcp", ADA);
    Answer legacy =
        wire.send(
            narrowed(
                inSession("/mcp", ADA, session, legacyCall("2", "notes__read")), "files", null));
    assertThat(legacy.body()).contains("Unknown tool: notes__read");
    assertThat(executor.taken()).isEmpty();

    assertThat(
            wire.send(narrowed(modernCall("/mcp", ADA, "files__read", "{}"), "files", "*"))
                .status())
        .isEqualTo(200);
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aHeaderGivesNothingThatTheKeyHasNot() {
    assertThat(names(wire.send(narrowed(modernList("/mcp", ALICE), "*", "*"))))
        .containsExactly("files__read");
    Answer call =
        wire.send(narrowed(modernCall("/mcp", ALICE, "files__write", "{}"), null, "files__write"));
    assertThat(call.body()).contains("Unknown tool: files__write");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void theEndpointOfAServerThatIsNotLeftIsUnknown() {
    Answer left = wire.send(narrowed(modernList("/mcp/servers/notes", ADA), null, "*__list"));
    assertThat(names(left)).containsExactly("list");
    Answer hidden = wire.send(narrowed(modernList("/mcp/servers/notes", ADA), "files", null));
    Answer unknown = wire.send(modernList("/mcp/servers/no-such", ADA));
    assertThat(hidden.status()).isEqualTo(404);
    assertThat(hidden.body()).isEqualTo(unknown.body());
  }

  @Test
  void aCursorIsOfTheListThatItCameFrom() {
    // Given the first page of everything
    Answer first = wire.send(modernList("/mcp", ADA));
    assertThat(first.body()).contains("\"nextCursor\":\"");
    String cursor = first.body().replaceAll("(?s).*\"nextCursor\":\"([^\"]+)\".*", "$1");
    HttpWire.Request next =
        Messages.modernPost(
            "/mcp",
            ADA,
            "tools/list",
            null,
            Messages.modern("3", "tools/list", "\"cursor\":\"" + cursor + "\""));

    // When a request that wants less goes on with it
    Answer answer = wire.send(narrowed(next, "files", null));

    // Then it has nothing of the other list
    assertThat(answer.body()).contains("-32602").doesNotContain("notes__");
  }

  @Test
  void severalHeadersAreOne() {
    HttpWire.Request request =
        modernList("/mcp", ADA).also(TOOLS, "files__read").also(TOOLS, "notes__read");
    assertThat(names(wire.send(request))).containsExactly("files__read", "notes__read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-           | read         | x-sallyport-include-tools: The tool pattern \\\"read\\\" names no server",
        "Files       | -            | x-sallyport-include-servers: The server part",
        "files__read | -            | x-sallyport-include-tools takes tools",
      })
  void whatCannotBeUnderstoodIsRefusedWithTheFix(
      @Nullable String servers, @Nullable String tools, String message) {
    Answer answer =
        wire.send(narrowed(modernCall("/mcp", ADA, "files__read", "{}"), servers, tools));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("-32600").contains(message);
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void thereIsAMostOfEntries() {
    String many = String.join(",", java.util.Collections.nCopies(IncludeHeaders.MOST + 1, "a"));
    Answer answer = wire.send(narrowed(modernList("/mcp", ADA), many, null));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("more than 256 entries");
  }

  @Test
  void aStreamTellsOfWhatItLeavesOnly() {
    // Given two streams, one of which wants to hear of one server only
    String body =
        Messages.modern(
            "7", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
    try (HttpWire.Stream all = wire.open(listen(body)).collect();
        HttpWire.Stream less = wire.open(narrowed(listen(body), "notes", null)).collect()) {
      await().until(() -> !all.events().isEmpty() && !less.events().isEmpty());

      // When the other server has another tool
      catalogues.set(
          Fixture.ACME,
          Fixture.server("files", "read", "write", "append"),
          Fixture.server("notes", "list", "read"));

      // Then only the stream that may see it is told
      await().until(() -> all.events().size() == 2);
      catalogues.set(
          Fixture.ACME,
          Fixture.server("files", "read", "write", "append"),
          Fixture.server("notes", "list", "read", "write"));
      await().until(() -> all.events().size() == 3 && less.events().size() >= 2);
      assertThat(less.events()).hasSize(2);
    }
  }

  private static HttpWire.Request listen(String body) {
    return HttpWire.post("/mcp", ADA, body)
        .header("MCP-Protocol-Version", Messages.MODERN)
        .header("Mcp-Method", "subscriptions/listen");
  }

  private static HttpWire.Request narrowed(
      HttpWire.Request request, @Nullable String servers, @Nullable String tools) {
    return request.header(SERVERS, servers).header(TOOLS, tools);
  }

  private static List<String> names(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return NAME.matcher(answer.body().replaceAll("\"_meta\".*", ""))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
