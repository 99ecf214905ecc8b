package dev.sallyport.edge.dialect;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolCosts;
import dev.sallyport.edge.catalog.ToolsAsking;
import dev.sallyport.edge.catalog.ToolsOffered;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.mcp.json.JsonObject;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What known clients get over HTTP, in both eras, and that nobody else gets anything of it. */
@QuarkusTest
@TestProfile(DialectSurface.class)
class DialectsEraTest extends SurfaceTest {

  private static final String TESTER = "{\"name\":\"tester\",\"version\":\"9\"}";
  private static final String CURSOR = "{\"name\":\"cursor-vscode\",\"version\":\"1.7.2\"}";
  private static final String CLAUDE = "{\"name\":\"claude-ai\",\"version\":\"0.1.0\"}";
  private static final int PAGE = 6;

  /** How a client speaks. */
  enum Speech {
    MODERN,
    LEGACY
  }

  private Answer ask(
      Speech speech, String path, String key, String clientInfo, String method, String params) {
    return switch (speech) {
      case MODERN ->
          wire.send(
              Messages.modernPost(
                  path,
                  key,
                  method,
                  nameIn(params),
                  Messages.modern("1", method, params).replace(TESTER, clientInfo)));
      case LEGACY -> {
        Answer open =
            wire.send(
                HttpWire.post(
                    path, key, Messages.initialize("2025-11-25").replace(TESTER, clientInfo)));
        String session = Objects.requireNonNull(open.header("Mcp-Session-Id"));
        yield wire.send(inSession(path, key, session, Messages.legacy("1", method, params)));
      }
    };
  }

  private static @Nullable String nameIn(String params) {
    return JsonObject.of(("{" + params + "}").getBytes(StandardCharsets.UTF_8)).string("name");
  }

  private static JsonObject result(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Objects.requireNonNull(JsonObject.of(answer.bytes()).object("result"));
  }

  private static List<String> tools(Answer answer) {
    return DialectFixture.elements(result(answer), "tools");
  }

  private List<String> names(Speech speech, String path, String key, String clientInfo) {
    return tools(ask(speech, path, key, clientInfo, "tools/list", "")).stream()
        .map(tool -> JsonObject.of(tool.getBytes(StandardCharsets.UTF_8)).string("name"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "inline-refs,MODERN",
    "inline-refs,LEGACY",
    "wrap-top-level-union,MODERN",
    "wrap-top-level-union,LEGACY",
    "max-tool-name-length,MODERN",
    "max-tool-name-length,LEGACY",
    "flatten-pages,MODERN",
    "flatten-pages,LEGACY",
  })
  void theNamedClientGetsTheRewrittenListAndAnUnknownOneTheBytesOfTheServer(
      String quirk, Speech speech) {
    DialectFixture fixture = DialectFixture.of(quirk);
    catalogues.set(Fixture.ACME, fixture.server("files"));
    String path = "/mcp/servers/files";

    Answer known = ask(speech, path, ADA, fixture.clientInfo(), "tools/list", "");
    Answer unknown = ask(speech, path, ADA, TESTER, "tools/list", "");

    assertThat(tools(known)).isEqualTo(fixture.after());
    assertThat(result(known).has("nextCursor")).isFalse();
    assertThat(tools(unknown)).isEqualTo(fixture.before().stream().limit(PAGE).toList());
    assertThat(result(unknown).has("nextCursor")).isEqualTo(fixture.before().size() > PAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"inline-refs", "wrap-top-level-union", "max-tool-name-length", "flatten-pages"})
  void theRequestOfTheFixtureIsAnsweredSo(String quirk) {
    DialectFixture fixture = DialectFixture.of(quirk);
    catalogues.set(Fixture.ACME, fixture.server("files"));

    Answer answer =
        wire.send(
            Messages.modernPost("/mcp/servers/files", ADA, "tools/list", null, fixture.request()));

    assertThat(tools(answer)).isEqualTo(fixture.after());
  }

  @Test
  void discoverWithoutItsMethodHeaderIsTakenFromAClientThatIsKnownForIt() {
    DialectFixture fixture = DialectFixture.of("tolerate-missing-method-header");
    HttpWire.Request known =
        Messages.modernPost("/mcp", ADA, "server/discover", null, fixture.request())
            .header("Mcp-Method", null);
    HttpWire.Request unknown =
        Messages.modernPost(
                "/mcp",
                ADA,
                "server/discover",
                null,
                fixture.request().replace("forgetful-client", "tester"))
            .header("Mcp-Method", null);

    Answer refused = wire.send(unknown);

    assertThat(wire.send(known).status()).isEqualTo((int) fixture.number("after", "status"));
    assertThat(refused.status()).isEqualTo((int) fixture.number("before", "status"));
    assertThat(refused.body()).contains("\"code\":" + fixture.number("before", "code"));
  }

  @Test
  void onlyTheMissingHeaderOfDiscoverIsForgiven() {
    String clientInfo = "{\"name\":\"forgetful-client\",\"version\":\"1\"}";
    String list = Messages.modern("1", "tools/list", "").replace(TESTER, clientInfo);
    String discover = Messages.modern("1", "server/discover", "").replace(TESTER, clientInfo);

    assertThat(
            wire.send(
                    Messages.modernPost("/mcp", ADA, "tools/list", null, list)
                        .header("Mcp-Method", null))
                .body())
        .contains("\"code\":-32020");
    assertThat(wire.send(Messages.modernPost("/mcp", ADA, "tools/list", null, discover)).body())
        .contains("\"code\":-32020");
    assertThat(
            wire.send(
                    Messages.modernPost("/mcp", ADA, "server/discover", null, discover)
                        .header("Mcp-Method", null)
                        .header("MCP-Protocol-Version", null))
                .body())
        .contains("\"code\":-32020");
  }

  @Test
  void theUserAgentCountsWhereTheClientDoesNotNameItself() {
    String discover =
        Messages.modern("1", "server/discover", "")
            .replace("io.modelcontextprotocol/clientInfo", "x.example/other");
    HttpWire.Request request =
        Messages.modernPost("/mcp", ADA, "server/discover", null, discover)
            .header("Mcp-Method", null);

    assertThat(wire.send(request.header("User-Agent", "Forgetful/2.0 (linux)")).status())
        .isEqualTo(200);
    assertThat(wire.send(request.header("User-Agent", "Other/2.0")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void aShortenedNameReachesItsTool(Speech speech) {
    String tool = "create_or_update_the_settings_of_a_repository.v2";
    String definition = "{\"name\":\"" + tool + "\",\"inputSchema\":{\"type\":\"object\"}}";
    catalogues.set(Fixture.ACME, withTools("files", definition));
    String shortName = names(speech, "/mcp/servers/files", ADA, CURSOR).getFirst();

    Answer answer =
        ask(
            speech,
            "/mcp/servers/files",
            ADA,
            CURSOR,
            "tools/call",
            "\"name\":\"" + shortName + "\",\"arguments\":{\"n\": 1.50}");

    assertThat(shortName).hasSize(46);
    assertThat(answer.body()).contains("\"got\":{\"n\": 1.50}");
    assertThat(executor.taken())
        .singleElement()
        .satisfies(
            taken -> {
              assertThat(taken.header().getUpstreamName()).isEqualTo(tool);
              assertThat(taken.header().getFrameName()).isEqualTo(shortName);
            });
    assertThat(evidence.opened())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getTool()).isEqualTo(tool);
              assertThat(record.getExposedName()).startsWith("files__create_or_update");
              assertThat(record.getClientInfo()).isEqualTo("cursor-vscode 1.7.2");
            });
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void namesOfTheAggregateEndpointAreShortenedTooAndTheirServerStands(Speech speech) {
    String client = "{\"name\":\"terse\",\"version\":\"1\"}";
    String tool = "a_tool_whose_name_has_fourty_characters";
    catalogues.set(Fixture.ACME, Fixture.server("files", tool, "x"), Fixture.server("notes", tool));

    List<String> names = names(speech, "/mcp", ADA, client);

    assertThat(names).hasSize(3).allSatisfy(name -> assertThat(name.length()).isLessThan(43));
    assertThat(names.get(0)).startsWith("files__a_tool_");
    assertThat(names.get(1)).isEqualTo("files__x");
    assertThat(names.get(2)).startsWith("notes__a_tool_");
    ask(speech, "/mcp", ADA, client, "tools/call", "\"name\":\"" + names.get(2) + "\"");
    assertThat(executor.taken().getLast().header().getServer()).isEqualTo("notes");
    assertThat(executor.taken().getLast().header().getUpstreamName()).isEqualTo(tool);
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void aToolOutOfScopeIsHiddenUnderAnyName(Speech speech) {
    String hidden = "a_tool_with_a_name_that_is_longer_than_any_client_takes";
    catalogues.set(Fixture.ACME, Fixture.server("files", "read", hidden));
    String shortName = names(speech, "/mcp/servers/files", ADA, CURSOR).get(1);

    assertThat(shortName).isNotEqualTo(hidden).hasSize(46);
    assertThat(names(speech, "/mcp/servers/files", ALICE, CURSOR)).containsExactly("read");
    for (String name : List.of(shortName, hidden, "no_such_tool")) {
      Answer answer =
          ask(
              speech,
              "/mcp/servers/files",
              ALICE,
              CURSOR,
              "tools/call",
              "\"name\":\"" + name + "\"");
      assertThat(answer.body()).contains("\"code\":-32602,\"message\":\"Unknown tool: " + name);
    }
    assertThat(executor.taken()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void aShortenedNameIsUnknownToEverybodyElse(Speech speech) {
    String tool = "a_tool_with_a_name_that_is_longer_than_any_client_takes";
    catalogues.set(Fixture.ACME, Fixture.server("files", tool));
    String shortName = names(speech, "/mcp/servers/files", ADA, CURSOR).getFirst();

    Answer answer =
        ask(
            speech,
            "/mcp/servers/files",
            ADA,
            TESTER,
            "tools/call",
            "\"name\":\"" + shortName + "\"");

    assertThat(answer.body()).contains("Unknown tool");
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void theArgumentsOfAWrappedToolAreTakenOut(Speech speech) {
    catalogues.set(Fixture.ACME, DialectFixture.of("wrap-top-level-union").server("files"));

    Answer wrapped = call(speech, CLAUDE, "strict", "{\"input\": {\"a\": 1.50} }");
    Answer asItIs = call(speech, CLAUDE, "strict", "{\"a\": 1.50}");
    Answer mergedTool = call(speech, CLAUDE, "look", "{\"input\":{}}");
    Answer unknown = call(speech, TESTER, "strict", "{\"input\":{}}");

    assertThat(wrapped.body()).contains("\"got\":{\"a\": 1.50}");
    assertThat(asItIs.body()).contains("\"got\":{\"a\": 1.50}");
    assertThat(mergedTool.body()).contains("\"got\":{\"input\":{}}");
    assertThat(unknown.body()).contains("\"got\":{\"input\":{}}");
    assertThat(evidence.opened().getFirst().getArguments().getData().toStringUtf8())
        .isEqualTo("{\"a\": 1.50}");
  }

  private Answer call(Speech speech, String clientInfo, String tool, String arguments) {
    return ask(
        speech,
        "/mcp/servers/files",
        ADA,
        clientInfo,
        "tools/call",
        "\"name\":\"" + tool + "\",\"arguments\":" + arguments);
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void aCursorOfOneDialectMeansNothingInAnother(Speech speech) {
    catalogues.set(Fixture.ACME, DialectFixture.of("flatten-pages").server("files"));
    String cursor = result(ask(speech, "/mcp", ADA, TESTER, "tools/list", "")).string("nextCursor");
    String params = "\"cursor\":\"" + cursor + "\"";

    assertThat(tools(ask(speech, "/mcp", ADA, TESTER, "tools/list", params))).hasSize(2);
    assertThat(ask(speech, "/mcp", ADA, CURSOR, "tools/list", params).body())
        .contains("\"code\":-32602");
  }

  @ParameterizedTest
  @EnumSource(Speech.class)
  void onePageHasABoundAndWhatIsLongerGoesOnAsForEverybody(Speech speech) {
    String codex = "{\"name\":\"codex-mcp-client\",\"version\":\"1\"}";
    String[] tools = IntStream.range(0, 12).mapToObj(i -> "t" + i).toArray(String[]::new);
    catalogues.set(Fixture.ACME, Fixture.server("files", tools));

    Answer first = ask(speech, "/mcp", ADA, codex, "tools/list", "");
    String cursor = result(first).string("nextCursor");

    assertThat(tools(first)).hasSize(10);
    assertThat(
            tools(ask(speech, "/mcp", ADA, codex, "tools/list", "\"cursor\":\"" + cursor + "\"")))
        .hasSize(2);
  }

  @Test
  void otherListsAreOnOnePageTooAndOtherwiseUntouched() {
    ServerEntry server =
        Fixture.withOffers(
            Fixture.server("files", "read"),
            Map.of(
                ListKind.PROMPTS,
                IntStream.range(0, 8).mapToObj(i -> Fixture.prompt("files", "p" + i)).toList()));
    catalogues.set(Fixture.ACME, server);
    String codex = "{\"name\":\"codex-mcp-client\",\"version\":\"1\"}";

    JsonObject flat =
        result(ask(Speech.MODERN, "/mcp/servers/files", ADA, codex, "prompts/list", ""));
    JsonObject first =
        result(ask(Speech.MODERN, "/mcp/servers/files", ADA, TESTER, "prompts/list", ""));

    assertThat(DialectFixture.elements(flat, "prompts"))
        .hasSize(8)
        .startsWith(DialectFixture.elements(first, "prompts").toArray(String[]::new));
    assertThat(flat.has("nextCursor")).isFalse();
    assertThat(first.has("nextCursor")).isTrue();
  }

  private static ServerEntry withTools(String server, String... definitions) {
    ServerEntry plain = Fixture.server(server);
    return new ServerEntry(
        plain.name(),
        plain.revision(),
        plain.catalogueVersion(),
        plain.status(),
        plain.stale(),
        plain.instructions(),
        plain.capabilities(),
        plain.callTimeout(),
        List.of(definitions).stream().map(one -> DialectFixture.tool(server, one)).toList(),
        plain.offers(),
        ToolsOffered.ALL,
        ToolCosts.NOTHING,
        ToolsAsking.NONE,
        false);
  }
}
