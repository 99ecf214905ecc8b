package dev.sallyport.testkit.conformance;

import dev.sallyport.conformance.FailedCheck;
import dev.sallyport.conformance.ScenarioReport;
import dev.sallyport.conformance.SuiteReport;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Tests made of a run that is over. */
public final class ScenarioTests {

  private ScenarioTests() {}

  /**
   * A test for each scored scenario, in the suite's order, named {@code REVISION SCENARIO}. It
   * fails with every failed check of the scenario; warnings fail nothing. Never empty.
   */
  public static Stream<DynamicTest> of(SuiteReport report) {
    List<ScenarioReport> scored = report.scored();
    if (scored.isEmpty()) {
      throw new IllegalStateException("no scenario is scored: " + report);
    }
    return scored.stream()
        .map(
            scenario ->
                DynamicTest.dynamicTest(
                    report.requirements() + " " + scenario.name(), () -> require(scenario)));
  }

  private static void require(ScenarioReport scenario) {
    if (!scenario.passed()) {
      throw new AssertionError(
          scenario.failures().stream()
              .map(FailedCheck::toString)
              .collect(Collectors.joining("\n", scenario.name() + " failed:\n", "")));
    }
  }
}
