package dev.sallyport.conformance;

import java.util.List;

/**
 * What the suite said of one scenario.
 *
 * @param name the suite's, such as {@code tools-list} or {@code auth/basic-cimd}
 * @param scored whether the revision requires it; others run for information only
 * @param failures checks that broke a MUST; any one fails the scenario
 * @param warnings checks that broke a SHOULD; they fail nothing
 */
public record ScenarioReport(
    String name, boolean scored, List<FailedCheck> failures, List<FailedCheck> warnings) {

  public ScenarioReport {
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }

  public boolean passed() {
    return failures.isEmpty();
  }
}
