package dev.sallyport.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.SecondTenant;
import dev.sallyport.testkit.SilentPort;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.npm.NodeServer;
import dev.sallyport.testkit.npm.NpmPackages;
import dev.sallyport.testkit.npm.SdkAgent;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** The gateway that most classes share, with every kind of upstream behind it. */
final class World {

  static final ObjectMapper JSON = new ObjectMapper();

  /** Servers that never become ready, and must not keep the others from it. */
  private static final Set<String> NEVER_READY = Set.of("missing", "gone");

  private static final String SECOND_ADMIN_KEY = "sa-second-tenant-of-the-system-tests-0123456789";

  /** A credential of an upstream: it must reach that upstream, and be seen nowhere else. */
  static final String CANARY = "Bearer canary-4f1c2d7be08a4c55";

  private static final AtomicInteger NAMES = new AtomicInteger();

  final NpmPackages npm = NpmPackages.install();
  final EchoUpstream legacy = EchoUpstream.start(EchoUpstream.Era.LEGACY).offering();
  final EchoUpstream modern = EchoUpstream.start(EchoUpstream.Era.MODERN).offering();
  final NodeServer everythingHttp = npm.startEverythingHttp();
  final NodeServer everythingSse = npm.startEverythingSse();
  final Path files = temporaryFolder("sallyport-files");
  final Path memory = temporaryFolder("sallyport-memory").resolve("memory.jsonl");
  private final SilentPort missing = SilentPort.take();
  final Gateway gateway;
  final SdkAgent agent = npm.startAgent();

  private World() {
    gateway =
        Gateway.start(
            GatewayPlan.of(GatewayMode.asked())
                .withConfig(config())
                .withEnvironment("SALLYPORT_TEST_CANARY", CANARY)
                .withEnvironment("SALLYPORT_ADMIN_TENANTS_ACME_KEY", SECOND_ADMIN_KEY)
                .withEnvironment("SALLYPORT_ADMIN_TENANTS_ACME_COMMANDS", "true"));
    Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "end-world"));
    awaitReady(gateway.admin(), NEVER_READY);
  }

  static World get() {
    return Shared.WORLD;
  }

  private static final class Shared {
    static final World WORLD = new World();
  }

  /** The configuration that every class finds, and leaves. */
  String config() {
    return """
        servers:
          ev: %s
          ev-http:
            url: %s
          ev-sse:
            type: sse
            url: %s
          fs: %s
          memory:
            command: %s
            args: [%s]
            env:
              MEMORY_FILE_PATH: %s
          echol:
            url: %s
          echom:
            url: %s
            headers:
              Authorization: env:SALLYPORT_TEST_CANARY
          hasty:
            url: %s
            callTimeout: 1s
          missing:
            url: http://127.0.0.1:%d/mcp
          gone:
            command: /no/such/program
        keys:
          all:
            tools: ["*"]
          narrow:
            tools: ["echol__echo", "fs__read_*", "ev__echo"]
          nothing:
            tools: []
        """
        .formatted(
            command(npm.everything()),
            everythingHttp.url(),
            everythingSse.url(),
            command(npm.filesystem(files)),
            quote(npm.memory().getFirst()),
            quote(npm.memory().get(1)),
            quote(memory.toString()),
            legacy.url(),
            modern.url(),
            legacy.url(),
            missing.number());
  }

  /** A client of 2026-07-28 under a declared key. */
  Wire wire(String keyName) {
    return new Wire(gateway.mcpUrl(), gateway.key(keyName));
  }

  /** A client of one server's own endpoint. */
  Wire wireOf(String server, String keyName) {
    return new Wire(gateway.mcpUrl(server), gateway.key(keyName));
  }

  /** The admin API of the second tenant. */
  Admin secondAdmin() {
    return new Admin(gateway.admin().url(), SECOND_ADMIN_KEY);
  }

  /** A name that no other test uses. */
  static String fresh(String beginning) {
    return beginning + NAMES.incrementAndGet();
  }

  /** Makes a virtual key and returns it. */
  static String newKey(Admin admin, String name, String toolsJson) {
    return admin
        .post("/api/v1/keys", "{\"name\":\"" + name + "\",\"tools\":" + toolsJson + "}")
        .expect(201)
        .json()
        .path("key")
        .asText();
  }

  static void awaitReady(Admin admin, Set<String> except) {
    Awaitility.await("every upstream is ready")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              JsonNode servers = admin.get("/api/v1/servers").expect(200).json().path("servers");
              org.assertj.core.api.Assertions.assertThat(servers).isNotEmpty();
              org.assertj.core.api.Assertions.assertThat(servers)
                  .filteredOn(server -> !except.contains(server.path("name").asText()))
                  .allSatisfy(
                      server ->
                          org.assertj.core.api.Assertions.assertThat(server.path("health").asText())
                              .as(server.toString())
                              .isEqualTo("ready"));
            });
  }

  /** A stdio server as YAML. */
  static String command(List<String> command) {
    StringBuilder args = new StringBuilder();
    for (String argument : command.subList(1, command.size())) {
      args.append(args.isEmpty() ? "" : ", ").append(quote(argument));
    }
    return "{command: " + quote(command.getFirst()) + ", args: [" + args + "]}";
  }

  static String quote(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder(String name) {
    try {
      return Files.createTempDirectory(name).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String secondTenant() {
    return SecondTenant.SECOND;
  }
}
