package dev.sallyport.conformance;

import java.time.Duration;
import java.util.List;

/**
 * What one run of the suite said.
 *
 * @param scenarios the scored ones in the suite's order, each of them present whether it ran or
 *     not; then the others that ran
 * @param took wall time of the run
 */
public record SuiteReport(
    RequirementSet requirements, Role role, List<ScenarioReport> scenarios, Duration took) {

  public SuiteReport {
    scenarios = List.copyOf(scenarios);
  }

  /** The same run, without the scenarios whose name begins so. */
  SuiteReport without(String beginning) {
    return new SuiteReport(
        requirements,
        role,
        scenarios.stream().filter(scenario -> !scenario.name().startsWith(beginning)).toList(),
        took);
  }

  public List<ScenarioReport> scored() {
    return scenarios.stream().filter(ScenarioReport::scored).toList();
  }

  /** The scored scenarios that failed. */
  public List<ScenarioReport> failed() {
    return scored().stream().filter(scenario -> !scenario.passed()).toList();
  }

  /** Whether the revision's requirements are met. */
  public boolean conforms() {
    return failed().isEmpty();
  }

  /** One line: {@code 37/37 server scenarios of 2026-07-28 in 5 s}. */
  @Override
  public String toString() {
    return "%d/%d %s scenarios of %s in %d s"
        .formatted(
            scored().size() - failed().size(),
            scored().size(),
            role.name().toLowerCase(java.util.Locale.ROOT),
            requirements,
            took.toSeconds());
  }
}
