package dev.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that must not look like a pass. What passes is in system-tests. */
class OwnChecksTest {

  private final ConformancePackages packages = ConformancePackages.install();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void failsEveryCheckOnAServerThatIsNotThere(RequirementSet agent)
      throws IOException, InterruptedException {
    // Given a port at which nobody listens
    URI url;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = URI.create("http://127.0.0.1:" + gone.getLocalPort() + "/mcp");
    }

    // When the checks are made there
    SuiteReport report =
        OwnChecks.run(packages, url, agent, folder.resolve("out"), Duration.ofSeconds(60));

    // Then none holds
    assertThat(report.scored()).hasSizeGreaterThan(15).noneMatch(ScenarioReport::passed);
  }

  @Test
  void failsARunThatTakesTooLong() throws IOException, InterruptedException {
    // Given a server that accepts and says nothing
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp");

      // When the checks may take two seconds
      SuiteReport report =
          OwnChecks.run(
              packages,
              url,
              RequirementSet.V2026_07_28,
              folder.resolve("out"),
              Duration.ofSeconds(2));

      // Then the run failed as one
      assertThat(report.conforms()).isFalse();
      assertThat(report.failed().getFirst().failures().getFirst().message())
          .startsWith("The agent took too long.");
    }
  }
}
