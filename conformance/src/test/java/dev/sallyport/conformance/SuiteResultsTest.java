package dev.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verdict is only as good as the reading of it: what is not there has not passed. */
class SuiteResultsTest {

  private static final String TIME = "-2026-11-26T21-39-20-794Z";

  @TempDir private Path output;

  @Test
  void failsAScenarioForEveryBrokenMust() throws IOException {
    // Given one scenario with one check of each kind
    write(
        "server-tools-list",
        """
        [{"id":"a","status":"SUCCESS","description":"A"},
         {"id":"b","status":"FAILURE","description":"B","errorMessage":"no tools"},
         {"id":"c","status":"FAILURE","description":"C"},
         {"id":"d","status":"WARNING","description":"D","errorMessage":"odd name"},
         {"id":"e","status":"SKIPPED","description":"E"},
         {"id":"f","status":"INFO","description":"F"}]
        """);

    // When it is read
    ScenarioReport report = read(Role.SERVER, "tools-list").getFirst();

    // Then the failures fail it, with what was seen, and the rest does not
    assertThat(report.passed()).isFalse();
    assertThat(report.failures())
        .extracting(FailedCheck::toString)
        .containsExactly("b: no tools", "c: C");
    assertThat(report.warnings()).extracting(FailedCheck::id).containsExactly("d");
  }

  @Test
  void failsAScenarioThatLeftNoResult() throws IOException {
    // Given a run that broke off after the first of two scenarios
    write("server-ping", "[{\"id\":\"ping\",\"status\":\"SUCCESS\",\"description\":\"P\"}]");

    // When its report is read
    SuiteReport report =
        new SuiteReport(
            RequirementSet.V2025_11_25,
            Role.SERVER,
            read(Role.SERVER, "ping", "tools-list"),
            Duration.ofSeconds(3));

    // Then the other one failed, and says why
    assertThat(report.conforms()).isFalse();
    assertThat(report).hasToString("1/2 server scenarios of 2025-11-25 in 3 s");
    assertThat(report.failed()).extracting(ScenarioReport::name).containsExactly("tools-list");
    assertThat(report.failed().getFirst().failures().getFirst().message()).isEqualTo("broke off");
  }

  @Test
  void failsAScenarioInWhichNothingWasChecked() throws IOException {
    // Given scenarios that saw no request
    write("initialize", "[]");
    write("http-standard-headers", "[{\"id\":\"h\",\"status\":\"SKIPPED\",\"description\":\"H\"}]");

    // When they are read
    List<ScenarioReport> reports = read(Role.CLIENT, "initialize", "http-standard-headers");

    // Then silence is no pass
    assertThat(reports).noneMatch(ScenarioReport::passed);
  }

  @Test
  void failsAScenarioWhoseAgentGotSomethingElse() throws IOException {
    // Given a scenario that the suite is content with, and its agent is not
    write("tools_call", "[{\"id\":\"t\",\"status\":\"SUCCESS\",\"description\":\"T\"}]");
    Files.writeString(
        output.resolve("tools_call" + TIME).resolve("stdout.txt"),
        "a word\nnot so: legacy agent: the sum came back\n");

    // When it is read
    ScenarioReport report = read(Role.CLIENT, "tools_call").getFirst();

    // Then what the agent said fails it
    assertThat(report.failures())
        .extracting(FailedCheck::toString)
        .containsExactly("agent: legacy agent: the sum came back");
  }

  @Test
  void keepsWhatIsNotScoredApart() throws IOException {
    // Given a required scenario that passed and one beside it that failed, on the client's side
    write("auth/basic-cimd", "[{\"id\":\"x\",\"status\":\"SUCCESS\",\"description\":\"X\"}]");
    write("auth/dpop", "[{\"id\":\"y\",\"status\":\"FAILURE\",\"description\":\"Y\"}]");

    // When they are read
    List<ScenarioReport> reports = read(Role.CLIENT, "auth/basic-cimd");

    // Then both are there, and only the required one counts
    assertThat(reports)
        .extracting(ScenarioReport::name)
        .containsExactly("auth/basic-cimd", "auth/dpop");
    assertThat(reports).extracting(ScenarioReport::scored).containsExactly(true, false);
    assertThat(
            new SuiteReport(RequirementSet.V2026_07_28, Role.CLIENT, reports, Duration.ZERO)
                .conforms())
        .isTrue();
  }

  private List<ScenarioReport> read(Role role, String... scored) {
    return SuiteResults.read(output, role, List.of(scored), "broke off");
  }

  private void write(String scenario, String checks) throws IOException {
    Path folder = Files.createDirectories(output.resolve(scenario + TIME));
    Files.writeString(folder.resolve("checks.json"), checks);
  }
}
