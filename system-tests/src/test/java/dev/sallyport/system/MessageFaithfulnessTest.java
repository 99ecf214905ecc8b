package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.RawJson;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of message passes unchanged outside the declared edits (ids, names, progress tokens,
 * request states, what an era requires in {@code _meta} and results), in all four cells.
 */
class MessageFaithfulnessTest {

  private static final int ROUNDS = 12;
  private static final String CAPABILITIES = "{\"elicitation\":{\"form\":{}}}";
  private static final String ASKING =
      "\"message\":\"\\u004eame?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}},";

  private final World world = World.get();
  private final Random random = new Random(20261127);

  /** A client of either era at the endpoint of one server. */
  private interface Client {
    Answer ask(String method, String members);
  }

  private Client client(String era, String server) {
    Wire wire = world.wireOf(server, "all").declaring(CAPABILITIES);
    if (era.equals("legacy")) {
      LegacySession session = wire.legacy();
      return (method, members) -> session.request(method, "{" + members + "}");
    }
    return wire::modern;
  }

  private String odd() {
    return OddJson.object(random, 3);
  }

  /** Half a surrogate pair has no canonical form, so a definition with one is quarantined. */
  private String oddButPinnable() {
    String odd = odd();
    while (odd.contains("ud800")) {
      odd = odd();
    }
    return odd;
  }

  @ParameterizedTest
  @CsvSource({"modern,echom", "modern,echol", "legacy,echol", "legacy,echom"})
  void requestsOfEveryMethodAndTheirResults(String era, String server) {
    Client client = client(era, server);
    for (int round = 0; round < ROUNDS; round++) {
      for (String method :
          List.of("prompts/get", "resources/read", "completion/complete", "mirror/any")) {
        // Given members that no model of JSON would keep
        String subject =
            switch (method) {
              case "resources/read" -> "\"uri\":\"odd:///\\u0031/%7e\"";
              case "completion/complete" ->
                  "\"ref\" : {\"type\":\"ref/prompt\", \"n\\u0061me\":\"p\\/1\"}";
              default -> "\"name\":\"p\\/1\"";
            };
        String arguments = odd();
        String unknown = odd();

        // When they are sent
        Answer answer =
            client.ask(
                method, subject + ",\"arguments\":" + arguments + ", \"unknown\" :" + unknown);

        // Then the server got them, and the client gets what the server answered
        RawJson mirror = at(answer, "result", "mirror");
        assertThat(mirror.text()).as(method).contains(subject);
        assertThat(text(mirror, "arguments")).isEqualTo(arguments);
        assertThat(text(mirror, "unknown")).isEqualTo(unknown);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"modern,echom", "modern,echol", "legacy,echol", "legacy,echom"})
  void notificationsResultsAndErrors(String era, String server) {
    Wire wire =
        world
            .wireOf(server, "all")
            .withMeta(
                "\"progressToken\":\"t\\u0031\",\"io.modelcontextprotocol/logLevel\":\"debug\"");
    LegacySession session = era.equals("legacy") ? wire.legacy() : null;
    for (int round = 0; round < ROUNDS; round++) {
      // Given a server that says something on the way, and then answers or fails
      String progress = odd();
      String log = "{\"level\":\"warning\",\"logger\":\"\\u006c\",\"data\":" + odd() + "}";
      String structured = odd();
      String meta = "{\"x\":" + odd() + "}";
      String error = "{\"code\":1234,\"message\":\"\\u0066ail\",\"data\":" + odd() + "}";
      List<String> frames =
          List.of(
              notification(
                  "progress",
                  "{\"progressToken\":TOKEN,\"progress\":" + round + ".50,\"x\":" + progress + "}"),
              notification("message", log));

      // When it is called
      Answer result =
          replay(
              wire,
              session,
              frames,
              "\"members\":"
                  + World.quote("\"structuredContent\":" + structured + ",\"_meta\":" + meta));
      Answer failure = replay(wire, session, List.of(), "\"error\":" + World.quote(error));

      // Then every message is what it was
      List<RawJson> messages = result.messages().stream().map(RawJson::of).toList();
      assertThat(messages).hasSize(3);
      assertThat(text(messages.get(0), "params", "progress")).isEqualTo(round + ".50");
      assertThat(text(messages.get(0), "params", "progressToken")).isEqualTo("\"t\\u0031\"");
      assertThat(text(messages.get(0), "params", "x")).isEqualTo(progress);
      assertThat(text(messages.get(1), "params")).isEqualTo(log);
      assertThat(text(messages.get(2), "result", "structuredContent")).isEqualTo(structured);
      assertThat(text(messages.get(2), "result", "_meta", "x")).isEqualTo(text(meta, "x"));
      assertThat(text(RawJson.of(failure.message()), "error")).isEqualTo(error);
    }
  }

  private static Answer replay(
      Wire wire, @Nullable LegacySession session, List<String> frames, String ending) {
    String members =
        "\"name\":\"replay\",\"arguments\":{\"frames\":"
            + frames.stream().map(World::quote).collect(Collectors.joining(",", "[", "]"))
            + ","
            + ending
            + "}";
    return session == null
        ? wire.modern("tools/call", members)
        : session.request(
            "tools/call", "{" + members + ",\"_meta\":{\"progressToken\":\"t\\u0031\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"echol", "echom"})
  void whatAServerAsksALegacyClientAndWhatThatAnswers(String server) throws IOException {
    Wire wire = world.wireOf(server, "all").declaring(CAPABILITIES);
    LegacySession session = wire.legacy();
    for (int round = 0; round < ROUNDS; round++) {
      // Given a server that asks, each in its own era's way
      String question = "{" + ASKING + "\"x\":" + odd() + "}";
      String answer = "{\"action\":\"accept\",\"content\":" + odd() + ",\"y\":" + odd() + "}";
      String arguments =
          server.equals("echol")
              ? "{\"frames\":["
                  + World.quote(
                      "{\"jsonrpc\":\"2.0\",\"id\":\"q"
                          + round
                          + "\",\"method\":\"elicitation/create\",\"params\":"
                          + question
                          + "}")
                  + "]}"
              : "{\"input\":" + World.quote("{\"k\\u0031\":" + asks(question) + "}") + "}";
      try (RawHttp.Open call =
          session.openRequest(
              9_000 + round,
              "tools/call",
              "{\"name\":\"replay\",\"arguments\":" + arguments + "}")) {

        // When the client answers
        RawJson asked = RawJson.of(Wire.bytes(call.nextEvent()));
        session.send(
            "{\"jsonrpc\":\"2.0\",\"id\":" + text(asked, "id") + ",\"result\":" + answer + "}");
        RawJson end = RawJson.of(Wire.bytes(call.nextEvent()));

        // Then both have seen what the other said
        assertThat(text(asked, "params")).isEqualTo(question);
        assertThat(text(end, "result", "answers")).contains(answer);
        if (server.equals("echom")) {
          assertThat(text(end, "result", "answers")).endsWith("\"the \\u0073tate\"]");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"echol", "echom"})
  void whatAServerAsksAModernClientAndWhatThatBrings(String server) {
    Wire wire = world.wireOf(server, "all").declaring(CAPABILITIES);
    for (int round = 0; round < ROUNDS; round++) {
      // Given a server that asks, each in its own era's way
      String question = "{" + ASKING + "\"x\":" + odd() + "}";
      String brought = "{\"action\":\"accept\",\"content\":" + odd() + "}";
      String arguments =
          server.equals("echol")
              ? "{\"frames\":["
                  + World.quote(
                      "{\"jsonrpc\":\"2.0\",\"id\":\"m"
                          + round
                          + "\",\"method\":\"elicitation/create\",\"params\":"
                          + question
                          + "}")
                  + "]}"
              : "{\"input\":" + World.quote("{\"k1\":" + asks(question) + "}") + "}";
      String members = "\"name\":\"replay\",\"arguments\":" + arguments;
      Answer waiting = wire.modern("tools/call", members);
      RawJson requests = at(waiting, "result", "inputRequests");
      String name = requests.text().split("\"")[1];

      // When the client brings it
      String responses = "{\"" + name + "\":" + brought + "}";
      Answer end =
          wire.modern(
              "tools/call",
              members
                  + ",\"inputResponses\":"
                  + responses
                  + ",\"requestState\":"
                  + at(waiting, "result", "requestState").text());

      // Then both have seen what the other said
      assertThat(text(requests, name, "params")).isEqualTo(question);
      String answers = at(end, "result", "answers").text();
      assertThat(answers)
          .isEqualTo(
              server.equals("echol")
                  ? "[" + brought + "]"
                  : "[" + responses + ",\"the \\u0073tate\"]");
    }
  }

  @Test
  void definitionsInListsOfBothEras() {
    for (EchoUpstream upstream : List.of(world.legacy, world.modern)) {
      // Given entries with members that no model of JSON would keep
      String server = upstream == world.legacy ? "echol" : "echom";
      String name = World.fresh("odd-");
      String tool =
          "{\"name\":\""
              + name
              + "\", \"inputSchema\":{\"type\":\"object\",\"$defs\":"
              + oddButPinnable()
              + "},\"x\":"
              + oddButPinnable()
              + "}";
      String resource =
          "{\"uri\":\"odd:///" + name + "\",\"name\":\"r\",\"x\":" + oddButPinnable() + "}";
      String prompt = "{\"name\":\"" + name + "\",\"x\" :" + oddButPinnable() + "}";
      try {
        upstream.addTool(name, tool);
        upstream.offer("resources", name, resource);
        upstream.offer("prompts", name, prompt);

        // When they are listed / Then they are what they were, but for the exposed name
        Stream.of("modern", "legacy")
            .forEach(
                era -> {
                  Client client = client(era, server);
                  assertSoon(client, "tools/list", tool);
                  assertSoon(client, "resources/list", resource);
                  assertSoon(client, "prompts/list", prompt);
                });
        assertSoon(
            world.wire("all")::modern, "tools/list", tool.replace(name, server + "__" + name));
      } finally {
        upstream.removeTool(name);
        upstream.withdraw("resources", name);
        upstream.withdraw("prompts", name);
      }
    }
  }

  private static void assertSoon(Client client, String method, String definition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(client.ask(method, "").text()).contains(definition));
  }

  private static String asks(String question) {
    return "{\"method\":\"elicitation/create\",\"params\":" + question + "}";
  }

  private static String notification(String name, String params) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
        + name
        + "\",\"params\":"
        + params
        + "}";
  }

  private static RawJson at(Answer answer, String... path) {
    return found(RawJson.of(answer.message()), path);
  }

  private static String text(RawJson in, String... path) {
    return found(in, path).text();
  }

  private static RawJson found(RawJson in, String... path) {
    RawJson found = in.at(path);
    if (found == null) {
      throw new AssertionError(List.of(path) + " is not in " + in.text());
    }
    return found;
  }

  private static String text(String in, String... path) {
    return text(RawJson.of(Wire.bytes(in)), path);
  }
}
