package dev.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that must not look like a pass. What passes is in test-kit. */
class ConformanceSuiteTest {

  private final ConformanceSuite suite = ConformanceSuite.install();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"V2025_11_25,18", "V2026_07_28,32"})
  void failsAClientThatDoesNothing(RequirementSet requirements, int scenarios)
      throws InterruptedException {
    // Given a client that ends at once / When the suite runs it
    SuiteReport report =
        suite.client("true", requirements, folder.resolve("out"), Duration.ofSeconds(60));

    // Then it met no scenario
    assertThat(report.role()).isEqualTo(Role.CLIENT);
    assertThat(report.scored()).hasSize(scenarios);
    assertThat(report.scored()).filteredOn(ScenarioReport::passed).isEmpty();
  }

  @Test
  void endsARunThatTakesTooLong() throws IOException, InterruptedException {
    // Given a server that accepts and says nothing
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp");

      // When the suite may take two seconds
      SuiteReport report =
          suite.server(
              url, RequirementSet.V2025_11_25, folder.resolve("out"), Duration.ofSeconds(2));

      // Then it is ended and every scenario failed
      assertThat(report.took()).isLessThan(Duration.ofSeconds(20));
      assertThat(report.scored()).hasSize(30).noneMatch(ScenarioReport::passed);
      assertThat(report.failed().getFirst().failures().getFirst().message())
          .startsWith("The suite was ended after 2 s.");
    }
  }

  @Test
  void takesNoFolderThatHoldsSomethingElse() throws IOException {
    // Given results of another run
    Files.writeString(folder.resolve("checks.json"), "[]");

    // When / Then they are not mixed
    assertThatThrownBy(
            () ->
                suite.server(
                    URI.create("http://127.0.0.1:1/mcp"),
                    RequirementSet.V2026_07_28,
                    folder,
                    Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not empty");
  }
}
