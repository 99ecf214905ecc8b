package dev.sallyport.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Fails when the byte path allocates more per frame than it did when the bounds were recorded; how
 * they were chosen is in benchmarks/README.md, "Allocation guard". Allocation does not depend on
 * how busy the machine is, which is why it is guarded and time is not.
 */
class AllocationGuardTest {

  private static final int RESULT = 65_536;

  private static final int SCAN_AND_SPLICE_LEGACY_CALL = 1200;

  @ParameterizedTest
  @CsvSource({
    "scanLegacyCall, 600",
    "scanModernCall, 600",
    "scanAndSpliceLegacyCall, " + SCAN_AND_SPLICE_LEGACY_CALL,
    "scanAndSpliceModernCall, 1300",
    "scanTextResult, 480",
    // One copy of the result, because its id has another length.
    "scanAndSpliceTextResult, 67000"
  })
  void allocatesNoMoreThanRecorded(String benchmark, double bound) throws RunnerException {
    double allocated = bytesPerFrame(benchmark);

    System.out.printf("%s allocates %.0f bytes per frame%n", benchmark, allocated);
    assertThat(allocated).isPositive().isLessThanOrEqualTo(bound);
  }

  /** That the guard can fail: the same work by a tree of objects is far over the bound. */
  @Test
  void wouldCatchATreeOfObjects() throws RunnerException {
    assertThat(bytesPerFrame("treeOfLegacyCall")).isGreaterThan(SCAN_AND_SPLICE_LEGACY_CALL);
  }

  /** Dialects cost nothing where there is none: what finds a client again makes no object. */
  @ParameterizedTest
  @CsvSource({"unknownClient", "knownClient"})
  void aDialectAllocatesNothingInACall(String benchmark) throws RunnerException {
    assertThat(bytesPerOperation(DialectBenchmark.class, benchmark)).isLessThan(1);
  }

  private static double bytesPerFrame(String benchmark) throws RunnerException {
    return bytesPerOperation(FrameBenchmark.class, benchmark);
  }

  private static double bytesPerOperation(Class<?> benchmarks, String benchmark)
      throws RunnerException {
    RunResult run =
        new Runner(
                new OptionsBuilder()
                    .include(
                        "^" + benchmarks.getName().replace(".", "\\.") + "\\." + benchmark + "$")
                    .param("size", Integer.toString(RESULT))
                    .addProfiler(GCProfiler.class)
                    .forks(1)
                    // The quick compiler leaves every allocation in, so the figure is the same each
                    // time.
                    .jvmArgs("-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:+UseSerialGC")
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(200))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(200))
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .runSingle();
    Result<?> allocated =
        Objects.requireNonNull(
            run.getSecondaryResults().get("gc.alloc.rate.norm"),
            "the gc profiler measured nothing");
    return allocated.getStatistics().getMin();
  }
}
