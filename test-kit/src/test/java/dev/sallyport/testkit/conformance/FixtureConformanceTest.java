package dev.sallyport.testkit.conformance;

import dev.sallyport.conformance.ConformanceFixture;
import dev.sallyport.conformance.ConformanceSuite;
import dev.sallyport.conformance.RequirementSet;
import dev.sallyport.conformance.SuiteReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The fixture meets the suite with nothing between them: what a gateway must not spoil. */
class FixtureConformanceTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TestFactory
  Stream<DynamicTest> conformsTo20251125(@TempDir Path output) throws InterruptedException {
    return scenarios(RequirementSet.V2025_11_25, output);
  }

  @TestFactory
  Stream<DynamicTest> conformsTo20260728(@TempDir Path output) throws InterruptedException {
    return scenarios(RequirementSet.V2026_07_28, output);
  }

  private static Stream<DynamicTest> scenarios(RequirementSet requirements, Path output)
      throws InterruptedException {
    // Given the fixture as it is used everywhere, both eras at one endpoint
    try (ConformanceFixture fixture = ConformanceFixture.start(ConformanceFixture.Eras.BOTH)) {
      // When the suite runs what the revision requires
      SuiteReport report =
          ConformanceSuite.install()
              .server(fixture.url(), requirements, output.resolve("results"), LIMIT);
      // Then every scenario passes
      return ScenarioTests.of(report);
    }
  }
}
