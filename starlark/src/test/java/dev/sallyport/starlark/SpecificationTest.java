package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.starlark.SpecificationCorpus.Case;
import dev.sallyport.starlark.SpecificationHost.Failure;
import dev.sallyport.starlark.SpecificationHost.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The interpreter does what the specification says: one test for each program of the corpus. */
class SpecificationTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TestFactory
  Stream<DynamicTest> specification() {
    SpecificationHost host = SpecificationHost.find();
    return SpecificationCorpus.read().stream()
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(host, one)));
  }

  /** A corpus that is not found, or is found in part, proves nothing. */
  @Test
  void theCorpusIsComplete() {
    List<Case> cases = SpecificationCorpus.read();

    assertThat(cases).hasSizeGreaterThan(1400);
    assertThat(cases.stream().map(Case::file).distinct()).hasSizeGreaterThan(35);
    assertThat(cases.stream().map(one -> one.file() + one.title())).doesNotHaveDuplicates();
  }

  private static void check(SpecificationHost host, Case one) {
    Outcome outcome = assertTimeoutPreemptively(LIMIT, () -> host.run(one.program()), where(one));
    Failure failure = outcome.failure();
    if (one.fails() == null) {
      assertThat(failure).as("the error of %s", where(one)).isNull();
    } else if (failure == null) {
      throw new AssertionError("There is no error of " + where(one));
    } else {
      assertThat(failure.message())
          .as("the message of %s", where(one))
          .doesNotStartWith("assertion failed")
          .containsPattern(one.fails());
      if (one.at() != 0) {
        assertThat(failure.line())
            .as("the line of \"%s\" in %s", failure.message(), where(one))
            .isEqualTo(one.at());
      }
    }
    assertThat(outcome.prints()).as("what is printed by %s", where(one)).isEqualTo(one.prints());
  }

  private static String where(Case one) {
    return "spec/"
        + one.file()
        + ":"
        + one.line()
        + " ("
        + one.title()
        + ")\n"
        + one.program().source();
  }
}
