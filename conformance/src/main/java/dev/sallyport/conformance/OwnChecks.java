package dev.sallyport.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Checks of this project on {@link EverythingServer}, for what the suite does not try: an agent
 * made of the TypeScript SDK uses every primitive that the server has. Each check is reported as a
 * scored scenario of that name.
 */
final class OwnChecks {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT = "checks.json";
  private static final String ERRORS = "errors.txt";

  private OwnChecks() {}

  /**
   * Runs them all, one after the other.
   *
   * @param endpoint of the gateway, for that server alone; it must need no credential
   * @param agent the revision that the agent speaks
   * @param output where the result is left; made, must have none yet
   * @param limit for the whole run; when it is over, the run failed as one
   */
  static SuiteReport run(
      ConformancePackages packages, URI endpoint, RequirementSet agent, Path output, Duration limit)
      throws InterruptedException {
    Path script = packages.folder().place(OwnChecks.class, "everything-checks.mjs");
    long begun = System.nanoTime();
    List<ScenarioReport> reports;
    try {
      Files.createDirectories(output);
      Process process =
          new ProcessBuilder(packages.node(), script.toString(), endpoint.toString(), era(agent))
              .redirectOutput(output.resolve(RESULT).toFile())
              .redirectError(output.resolve(ERRORS).toFile())
              .start();
      try {
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        reports = read(output, ended ? "The agent ended early." : "The agent took too long.");
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run the checks", e);
    }
    return new SuiteReport(
        agent, Role.SERVER, reports, Duration.ofNanos(System.nanoTime() - begun));
  }

  private static String era(RequirementSet agent) {
    return agent == RequirementSet.V2025_11_25 ? "legacy" : "modern";
  }

  private static List<ScenarioReport> read(Path output, String otherwise) throws IOException {
    JsonNode checks = JSON.readTree(output.resolve(RESULT).toFile()).path("checks");
    if (checks.isEmpty()) {
      String errors = otherwise + " " + Files.readString(output.resolve(ERRORS)).strip();
      return List.of(failed("the agent reports", errors));
    }
    List<ScenarioReport> reports = new ArrayList<>();
    for (JsonNode check : checks) {
      String name = check.path("name").asText();
      reports.add(
          check.path("problem").isNull()
              ? new ScenarioReport(name, true, List.of(), List.of())
              : failed(name, check.path("problem").asText()));
    }
    return reports;
  }

  private static ScenarioReport failed(String name, String problem) {
    return new ScenarioReport(
        name, true, List.of(new FailedCheck("own", name, problem)), List.of());
  }
}
