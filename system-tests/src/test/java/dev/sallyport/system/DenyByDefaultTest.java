package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.gateway.Home;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.RawHttp.Header;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every door, and everything that narrows: what is allowed is executed, its twin that is not never
 * reaches the upstream, and neither does what is wrong. The upstream itself is the witness.
 */
class DenyByDefaultTest {

  private final World world = World.get();
  private final String server = World.fresh("guarded");
  private final String name = server + "-key";
  private final String limit = server + "-limit";
  private final String rule = server + "-rule";
  private final String group = server + "-group";

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
    },
    GROUP {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return new Wire(atGroup(gateway, server), key).with(headers).call(server + "__write", "{}");
      }
    },
    GROUP_LEGACY {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return session(new Wire(atGroup(gateway, server), key).with(headers), server + "__write");
      }
    },
    SCRIPT {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return script(new Wire(gateway, key).with(headers), server);
      }
    },
    SCRIPT_GROUP {
      @Override
      Answer call(String gateway, String server, String key, List<Header> headers) {
        return script(new Wire(atGroup(gateway, server), key).with(headers), server);
      }
    };

    /** Calls {@code write}; of the twin of the server for a script. */
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

    private static Answer script(Wire wire, String server) {
      return wire.call(
          "executeToolCode",
          "{\"code\":\"result = " + twin(server).replace('-', '_') + ".write()\"}");
    }

    private static String atGroup(String gateway, String server) {
      return gateway + "/groups/" + server + "-group";
    }

    boolean isExecute() {
      return this == EXECUTE_CHAT || this == EXECUTE_RESPONSES;
    }

    boolean isScript() {
      return this == SCRIPT || this == SCRIPT_GROUP;
    }

    boolean isGroup() {
      return this == GROUP || this == GROUP_LEGACY || this == SCRIPT_GROUP;
    }
  }

  /** The same upstream once more, for scripts. */
  private static String twin(String server) {
    return server + "-s";
  }

  @BeforeEach
  void register() {
    offer("");
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> listed("write") == 2);
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/limits/" + limit);
    admin().delete("/api/v1/rules/" + rule);
    admin().delete("/api/v1/groups/" + group);
    admin().delete("/api/v1/keys/" + name);
    admin().delete("/api/v1/servers/" + server);
    admin().delete("/api/v1/servers/" + twin(server));
  }

  /** What a key has of its own; at the endpoint of a group that is the group's. */
  @ParameterizedTest
  @EnumSource(value = Door.class, mode = Mode.MATCH_NONE, names = ".*GROUP.*")
  void aKeyOpensWhatItListsAndNothingElse(Door door) {
    String key = World.newKey(admin(), name, patterns("write"));
    executed(door, key);

    for (String tools : List.of(patterns("echo"), "[]", "[\"other__*\"]")) {
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
  void aGroupOpensWhatItHasAndNothingElse(Door door) {
    String key = World.newKey(admin(), name, "[]");
    attach(name, "write");
    executed(door, key);

    attach(name, "echo");
    unknown(door, key);
    attach("narrow", "write");
    unknown(door, key);
    // Error: the group is gone
    admin().delete("/api/v1/groups/" + group).expect(204);
    unknown(door, key);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aRevokedKeyOpensNothing(Door door) {
    String key = World.newKey(admin(), name, "[\"*\"]");
    attachWhereNeeded(door, name);
    executed(door, key);

    admin().delete("/api/v1/groups/" + group);
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
    attachWhereNeeded(door, "all");
    String key = world.gateway.key("all");
    executed(door, key, include("tools", server + "__wri*, " + twin(server) + "__wri*"));
    executed(door, key, include("servers", "echol, " + server + ", " + twin(server)));

    unknown(door, key, include("tools", server + "__echo, " + twin(server) + "__echo"));
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
    attachWhereNeeded(door, "all");
    offer(",\"tools\":[\"write\"]");
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> listed("echo") == 0);
    // A changed server is connected anew.
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                !door.call(world.gateway.mcpUrl(), server, world.gateway.key("all"), List.of())
                    .text()
                    .contains("is not available"));
    executed(door, world.gateway.key("all"));

    offer(",\"tools\":[\"echo\"]");
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> listed("write") == 0);
    unknown(door, world.gateway.key("all"));

    // Error: the server is gone
    admin().delete("/api/v1/servers/" + server);
    admin().delete("/api/v1/servers/" + twin(server));
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> listed("echo") == 0);
    notExecuted(door, world.gateway.key("all"), List.of());
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aRuleLetsThroughWhatItDoesNotDeny(Door door) {
    String key = World.newKey(admin(), name, patterns("*"));
    attachWhereNeeded(door, name);
    deny("has(args.path)");
    executed(door, key);

    deny("!has(args.path)");
    Answer answer = notExecuted(door, key, List.of());
    assertThat(answer.text()).contains("Not without a path.");
    assertThat(answer.status()).isEqualTo(door.isExecute() ? 403 : 200);

    // Error: a condition that looks at what is not there holds
    deny("args.path == '/tmp'");
    assertThat(notExecuted(door, key, List.of()).text()).contains("Not without a path.");
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aLimitLetsThroughWhatItHasAndNothingMore(Door door) {
    String key = World.newKey(admin(), name, patterns("*"));
    attachWhereNeeded(door, name);
    admin()
        .put(
            "/api/v1/limits/" + limit,
            "{\"key\":\""
                + name
                + "\",\"tools\":"
                + patterns("write")
                + ",\"calls\":1,\"per\":\"1h\"}")
        .expect(201);
    executed(door, key);

    Answer answer = notExecuted(door, key, List.of());

    assertThat(answer.text()).contains("The rate limit '" + limit + "' of key " + name);
    assertThat(answer.status()).isEqualTo(door.isExecute() ? 429 : 200);
  }

  /** {@code sallyport run}; {@code sallyport stdio} passes on what comes in at the doors of MCP. */
  @Test
  void theCommandLineOpensWhatItsKeyOpensAndNothingElse(@TempDir Path folder) throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("write.star"),
            "result = " + twin(server).replace('-', '_') + ".write()\n");
    int before = world.legacy.executed("write");

    CommandEnd allowed = run(script, World.newKey(admin(), name, patterns("write")));
    assertThat(allowed.status()).as(allowed.output()).isZero();
    assertThat(world.legacy.executed("write")).isEqualTo(before + 1);

    CommandEnd denied = run(script, world.gateway.key("narrow"));
    assertThat(denied.status()).as(denied.output()).isEqualTo(1);
    // Error: no such key
    CommandEnd unknown = run(script, "sp-" + "x".repeat(43));
    assertThat(unknown.status()).as(unknown.output()).isNotZero();
    assertThat(world.legacy.executed("write")).isEqualTo(before + 1);
  }

  private record CommandEnd(int status, String output) {}

  private CommandEnd run(Path script, String key) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
                Home.find().resolve("sallyport").toString(),
                "run",
                script.toString(),
                "--gateway-url",
                URI.create(world.gateway.mcpUrl()).resolve("/").toString())
            .redirectErrorStream(true);
    command.environment().put("SALLYPORT_KEY", key);
    command.environment().put("SALLYPORT_NO_BUILD", "yes");
    command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = command.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandEnd(process.waitFor(), output);
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
    // The endpoint of a server or group of which a caller may use nothing is not there either.
    assertThat(answer.text())
        .containsAnyOf(
            "Unknown tool",
            "no such endpoint",
            "Unknown server",
            door.isScript() ? "undefined: " + twin(server).replace('-', '_') : "Unknown tool",
            door.isScript() ? "no .write" : "Unknown tool");
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

  private String patterns(String tool) {
    return "[\"" + server + "__" + tool + "\",\"" + twin(server) + "__" + tool + "\"]";
  }

  /** A group of this tool that reaches this key and no other. */
  private void attach(String key, String tool) {
    assertThat(
            admin()
                .put(
                    "/api/v1/groups/" + group,
                    "{\"tools\":" + patterns(tool) + ",\"attachedTo\":[\"key:" + key + "\"]}")
                .status())
        .isIn(200, 201);
  }

  private void attachWhereNeeded(Door door, String key) {
    if (door.isGroup()) {
      attach(key, "*");
    }
  }

  private void deny(String condition) {
    assertThat(
            admin()
                .put(
                    "/api/v1/rules/" + rule,
                    "{\"tools\":"
                        + patterns("write")
                        + ",\"when\":\""
                        + condition
                        + "\",\"effect\":\"deny\",\"reason\":\"Not without a path.\"}")
                .status())
        .isIn(200, 201);
  }

  /** Of the server and its twin: how many list it to those who may use everything. */
  private int listed(String tool) {
    Wire all = world.wire("all");
    int direct = all.names().contains(server + "__" + tool) ? 1 : 0;
    String stub =
        all.call("readToolFile", "{\"fileName\":\"servers/" + twin(server) + "/" + tool + ".pyi\"}")
            .text();
    return direct + (stub.contains("def " + tool + "(") ? 1 : 0);
  }

  private void offer(String more) {
    offer(server, more);
    offer(twin(server), ",\"codeMode\":true" + more);
  }

  private void offer(String which, String more) {
    assertThat(
            admin()
                .put(
                    "/api/v1/servers/" + which,
                    "{\"url\":\"" + world.legacy.url() + "\"" + more + "}")
                .status())
        .isIn(200, 201);
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
