package dev.sallyport.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads what a run left: {@code [server-]SCENARIO-TIME/checks.json}, an array of checks with {@code
 * id}, {@code description}, {@code status} and, where it is not {@code SUCCESS}, mostly {@code
 * errorMessage}. A scenario's name may hold slashes. Beside it {@code stdout.txt} is what a client
 * printed: a line of it that begins with {@value #OBJECTION} fails the scenario, too.
 */
final class SuiteResults {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FOLDER =
      Pattern.compile("(.+)-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d-\\d{3}Z");
  private static final String FILE = "checks.json";
  private static final String PRINTED = "stdout.txt";
  private static final String SERVER_PREFIX = "server-";

  /** How a client of ours begins a line on standard output that says what did not hold. */
  static final String OBJECTION = "not so: ";

  private SuiteResults() {}

  /**
   * The scored scenarios, then the others that ran.
   *
   * @param absent what to say of a scored scenario that left no result
   */
  static List<ScenarioReport> read(Path output, Role role, List<String> scored, String absent) {
    Map<String, JsonNode> left = checks(output, role);
    List<ScenarioReport> reports = new ArrayList<>();
    for (String name : scored) {
      JsonNode checks = left.remove(name);
      reports.add(
          checks == null
              ? new ScenarioReport(
                  name,
                  true,
                  List.of(new FailedCheck("no-result", "The scenario leaves a result", absent)),
                  List.of())
              : report(name, true, checks));
    }
    left.forEach((name, checks) -> reports.add(report(name, false, checks)));
    return reports;
  }

  private static Map<String, JsonNode> checks(Path output, Role role) {
    Map<String, JsonNode> checks = new TreeMap<>();
    try (Stream<Path> all = Files.walk(output)) {
      for (Path folder : all.filter(path -> Files.exists(path.resolve(FILE))).toList()) {
        Matcher name = FOLDER.matcher(output.relativize(folder).toString().replace('\\', '/'));
        if (name.matches()) {
          String scenario = name.group(1);
          checks.put(
              role == Role.SERVER && scenario.startsWith(SERVER_PREFIX)
                  ? scenario.substring(SERVER_PREFIX.length())
                  : scenario,
              withObjections(JSON.readTree(folder.resolve(FILE).toFile()), folder));
        }
      }
      return checks;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the suite's results", e);
    }
  }

  /** The checks, and what the client itself found not to hold as checks that failed. */
  private static JsonNode withObjections(JsonNode checks, Path folder) throws IOException {
    Path printed = folder.resolve(PRINTED);
    if (!(checks instanceof ArrayNode all) || !Files.exists(printed)) {
      return checks;
    }
    for (String line : Files.readAllLines(printed)) {
      if (line.startsWith(OBJECTION)) {
        all.addObject()
            .put("id", "agent")
            .put("description", "The agent gets what it needs")
            .put("status", "FAILURE")
            .put("errorMessage", line.substring(OBJECTION.length()));
      }
    }
    return checks;
  }

  private static ScenarioReport report(String name, boolean scored, JsonNode checks) {
    List<FailedCheck> failures = with(checks, "FAILURE");
    List<FailedCheck> warnings = with(checks, "WARNING");
    if (failures.isEmpty() && warnings.isEmpty() && with(checks, "SUCCESS").isEmpty()) {
      failures.add(
          new FailedCheck("nothing-checked", "The scenario comes to a verdict", "It had nothing."));
    }
    return new ScenarioReport(name, scored, failures, warnings);
  }

  private static List<FailedCheck> with(JsonNode checks, String status) {
    List<FailedCheck> found = new ArrayList<>();
    for (JsonNode check : checks) {
      if (check.path("status").asText().equals(status)) {
        found.add(
            new FailedCheck(
                check.path("id").asText(),
                check.path("description").asText(),
                check.path("errorMessage").asText()));
      }
    }
    return found;
  }
}
