package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream.Execution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Credentials go where they belong and nowhere else. */
class SecretsTest {

  private final World world = World.get();

  @Test
  void anUpstreamGetsItsOwnCredentialAndNeverTheCallers() {
    // Given an upstream with a credential by reference, and a caller with a key
    String key = world.gateway.key("all");

    // When the caller calls upstreams with and without one
    world.wire("all").call("echom__echo", "{}");
    Execution with = world.modern.executions().getLast();
    world.wire("all").call("echol__echo", "{}");
    Execution without = world.legacy.executions().getLast();

    // Then each got what is its own
    assertThat(with.headers()).containsEntry("authorization", World.CANARY);
    assertThat(without.headers()).doesNotContainKey("authorization");
    assertThat(with.headers().toString() + without.headers()).doesNotContain(key);
  }

  @Test
  void noLogAndNoAnswerOfTheAdminApiShowsASecret() throws IOException {
    // Given secrets that were used
    world.wire("all").call("echom__echo", "{}");
    world.wire("all").call("echom__die", "{}");
    List<String> secrets =
        List.of(
            "canary-4f1c2d7be08a4c55",
            world.gateway.key("all"),
            world.gateway.key("narrow"),
            world.gateway.admin().key());

    // When everything that was written about them is read
    StringBuilder written = new StringBuilder();
    try (Stream<Path> files = Files.walk(world.gateway.data().resolve("logs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        written.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    for (String path : List.of("servers", "servers/echom", "keys", "calls?limit=100", "tools")) {
      written.append(world.gateway.admin().get("/api/v1/" + path).expect(200).text());
    }

    // Then none is there
    assertThat(written.length()).isGreaterThan(1000);
    assertThat(secrets).noneMatch(secret -> written.indexOf(secret) >= 0);
  }
}
