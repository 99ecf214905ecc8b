package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.RawHttp.Header;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every door, and everything that narrows: what is allowed is executed, its twin that is not never
 * reaches the upstream, and neither does what is wrong. The upstream itself is the witness.
 */
class DenyByDefaultTest {

  private static final String UNKNOWN = "Unknown tool";

  private final World world = World.get();
  private final String server = World.fresh("guarded");
  private final String name = server + "-key";
  private final String limit = server + "-limit";

  /** Where a call can come in. Each calls the tool {@code write}. */
  enum Door {
    MODERN {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return new Wire(gateway, key).with(headers).call(server + "__write", "{}");
      }
    },
    MODERN_SERVER {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return new Wire(gateway + "/servers/" + server, key).with(headers).call("write", "{}");
      }
    },
    LEGACY {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return session(new Wire(gateway, key).with(headers), server + "__write");
      }
    },
    LEGACY_SERVER {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return session(new Wire(gateway + "/servers/" + server, key).with(headers), "write");
      }
    },
    EXECUTE_CHAT {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return execute(
            gateway,
            "chat",
            key,
            headers,
            "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\""
                + server
                + "__write\",\"arguments\":\"{}\"}}");
      }
    },
    EXECUTE_RESPONSES {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return execute(
            gateway,
            "responses",
            key,
            headers,
            "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\""
                + server
                + "__write\",\"arguments\":\"{}\"}");
      }
    };

    abstract Answer call(String gateway, String server, String key, List<Header> headers);

    /** Of a session that is not let in, the answer to its first request. */
    private static Answer session(Wire wire, String tool) {
      Answer hello =
          wire.post(
              Wire.bytes(
                  "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                      + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                      + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}"),
              Wire.jsonHeaders());
      return hello.header("mcp-session-id").isEmpty() ? hello : wire.legacy().call(tool, "{}");
    }

    private static Answer execute(
        String gateway, String format, String key, List<Header> headers, String body) {
      URI uri = URI.create(gateway).resolve("/v1/mcp/tool/execute?format=" + format);
      return new Wire(uri.toString(), key)
          .with(headers)
          .post(Wire.bytes(body), List.of(new Header("Content-Type", "application/json")));
    }

    boolean isExecute() {
      return this == EXECUTE_CHAT || this == EXECUTE_RESPONSES;
    }
  }

  @BeforeEach
  void register() {
    offer("");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(server + "__write"));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/limits/" + limit);
    admin().delete("/api/v1/keys/" + name);
    admin().delete("/api/v1/servers/" + server);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aKeyOpensWhatItListsAndNothingElse(Door door) {
    String key = World.newKey(admin(), name, "[\"" + server + "__write\"]");
    executed(door, key);

    for (String tools : List.of("[\"" + server + "__echo\"]", "[]", "[\"other__*\"]")) {
      admin()
          .send("PATCH", "/api/v1/keys/" + name, "{\"tools\":" + tools + "}", admin().key())
          .expect(200);
      unknown(door, key);
    }
    // Error: no such key, and none at all
    refused(door, "sp-" + "x".repeat(43), List.of(), 401);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aRevokedKeyOpensNothing(Door door) {
    String key = World.newKey(admin(), name, "[\"*\"]");
    executed(door, key);

    admin().delete("/api/v1/keys/" + name).expect(200);

    refused(door, key, List.of(), 401);
    // Error: two different credentials
    refused(
        door,
        world.gateway.key("all"),
        List.of(new Header("x-api-key", world.gateway.key("nothing"))),
        400);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void anIncludeHeaderLeavesWhatItNamesAndNothingElse(Door door) {
    String key = world.gateway.key("all");
    executed(door, key, include("tools", server + "__wri*"));
    executed(door, key, include("servers", "echol, " + server));

    unknown(door, key, include("tools", server + "__echo"));
    unknown(door, key, include("tools", ""));
    unknown(door, key, include("servers", "echol"));
    // What the key may not, no header gives
    unknown(door, world.gateway.key("narrow"), include("tools", server + "__write"));
    // Error: not a pattern
    refused(door, key, include("tools", "write"), 400);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aServerGivesWhatItOffersAndNothingElse(Door door) {
    offer(",\"tools\":[\"write\"]");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> !world.wire("all").names().contains(server + "__echo"));
    // A changed server is connected anew.
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                !world
                    .wire("all")
                    .call(server + "__write", "{}")
                    .text()
                    .contains("is not available"));
    executed(door, world.gateway.key("all"));

    offer(",\"tools\":[\"echo\"]");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> !world.wire("all").names().contains(server + "__write"));
    unknown(door, world.gateway.key("all"));

    // Error: the server is gone
    admin().delete("/api/v1/servers/" + server);
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> !world.wire("all").names().contains(server + "__echo"));
    notExecuted(door, world.gateway.key("all"), List.of());
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aLimitLetsThroughWhatItHasAndNothingMore(Door door) {
    String key = World.newKey(admin(), name, "[\"" + server + "__*\"]");
    admin()
        .put("/api/v1/limits/" + limit, "{\"key\":\"" + name + "\",\"calls\":1,\"per\":\"1h\"}")
        .expect(201);
    executed(door, key);

    Answer answer = notExecuted(door, key, List.of());

    assertThat(answer.text()).contains("The rate limit '" + limit + "' of key " + name);
    assertThat(answer.status()).isEqualTo(door.isExecute() ? 429 : 200);
  }

  private void executed(Door door, String key) {
    executed(door, key, List.of());
  }

  private void executed(Door door, String key, List<Header> headers) {
    int before = world.legacy.executed("write");
    Answer answer = door.call(world.gateway.mcpUrl(), server, key, headers);
    assertThat(world.legacy.executed("write")).as(answer.text()).isEqualTo(before + 1);
    assertThat(answer.status()).isEqualTo(200);
  }

  private void unknown(Door door, String key) {
    unknown(door, key, List.of());
  }

  private void unknown(Door door, String key, List<Header> headers) {
    Answer answer = notExecuted(door, key, headers);
    // The endpoint of a server of which a caller may use nothing is not there either.
    assertThat(answer.text()).containsAnyOf(UNKNOWN, "no such endpoint", "Unknown server");
    assertThat(answer.status()).isIn(200, 404);
  }

  private void refused(Door door, String key, List<Header> headers, int status) {
    assertThat(notExecuted(door, key, headers).status()).isEqualTo(status);
  }

  private Answer notExecuted(Door door, String key, List<Header> headers) {
    int before = world.legacy.executed("write");
    Answer answer = door.call(world.gateway.mcpUrl(), server, key, headers);
    assertThat(world.legacy.executed("write")).as(answer.text()).isEqualTo(before);
    return answer;
  }

  private static List<Header> include(String what, String value) {
    return List.of(new Header("x-sallyport-include-" + what, value));
  }

  private void offer(String more) {
    assertThat(
            admin()
                .put(
                    "/api/v1/servers/" + server,
                    "{\"url\":\"" + world.legacy.url() + "\"" + more + "}")
                .status())
        .isIn(200, 201);
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
