package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** compose.yaml as docker-compose understands it; nothing is started. */
class ComposeFileTest {

  private static final List<String> SERVICES =
      List.of("edge", "registry", "policy", "executor", "sandbox", "audit");

  @TempDir Path temp;
  private Map<String, Object> config = Map.of();

  @BeforeEach
  void readAsDockerComposeDoes() throws Exception {
    assumeTrue(isInstalled(), "docker-compose is not installed");
    Path root = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    copy(root.resolve("compose.yaml"), temp.resolve("compose.yaml"));
    try (Stream<Path> files = Files.walk(root.resolve("deploy"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains("secrets/")) {
          copy(file, temp.resolve(root.relativize(file)));
        }
      }
    }
    run("deploy/compose-secrets");
    config = new Yaml().load(run("docker-compose", "config"));
  }

  @Test
  void storesAndScriptsHaveNoWayOut() {
    Map<String, Object> networks = map(config.get("networks"));
    for (String name : List.of("stores", "scripts", "services")) {
      assertThat(map(networks.get(name))).as(name).containsEntry("internal", true);
    }
    assertThat(networksOf("sandbox")).containsExactly("scripts");
    // Names are looked up in its own container, where nobody answers.
    assertThat(service("sandbox")).containsEntry("dns", List.of("127.0.0.1"));
    assertThat(networksOf("postgres")).containsExactly("stores");
    assertThat(networksOf("redis")).containsExactly("stores");
    assertThat(networksOf("executor")).doesNotContain("stores", "scripts");
  }

  @Test
  void onlyEdgeIsPublishedAndOnlyToThisMachine() {
    for (String name : map(config.get("services")).keySet()) {
      Object ports = service(name).get("ports");
      if (name.equals("edge")) {
        assertThat(ports).asString().contains("127.0.0.1:8686:8686");
      } else {
        assertThat(ports).as(name).isNull();
      }
    }
  }

  @Test
  void nothingCanWriteToItsImageOrGainRights() {
    for (String name : map(config.get("services")).keySet()) {
      assertThat(service(name))
          .as(name)
          .containsEntry("read_only", true)
          .containsEntry("cap_drop", List.of("ALL"))
          .containsEntry("security_opt", List.of("no-new-privileges:true"));
    }
  }

  @Test
  void eachServiceHasAnImageThatRunsAsNobodySpecialAndSaysHowItIs() throws IOException {
    for (String name : SERVICES) {
      String dockerfile = Files.readString(temp.resolve("deploy/docker/" + name + ".Dockerfile"));
      assertThat(dockerfile)
          .as(name)
          .contains("AS build", "USER 10001:10001", "HEALTHCHECK", name + "-service/target");
      assertThat(map(service(name).get("build")))
          .containsEntry("dockerfile", "deploy/docker/" + name + ".Dockerfile");
    }
  }

  @Test
  void aServiceHasItsOwnSigningKeyAndNoOther() {
    for (String name : SERVICES) {
      assertThat(String.valueOf(service(name).get("secrets")))
          .as(name)
          .contains(name + "-key")
          .doesNotContain(
              SERVICES.stream()
                  .filter(other -> !other.equals(name))
                  .map(other -> other + "-key")
                  .toArray(String[]::new));
    }
  }

  private List<String> networksOf(String name) {
    return List.copyOf(map(service(name).get("networks")).keySet());
  }

  private Map<String, Object> service(String name) {
    return map(map(config.get("services")).get(name));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(Objects.requireNonNull(to.getParent()));
    Files.copy(from, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("docker-compose", "version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path errors = temp.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command).directory(temp.toFile()).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return output;
  }
}
