package dev.sallyport.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The escape suite, as {@code ./sallyport prove escape} runs it. */
class EscapeTest {

  @TempDir Path folder;

  @Test
  void noAttemptBreaksOutOrBringsTheSandboxDown() throws Exception {
    try (EscapeSuite suite = new EscapeSuite(folder)) {
      List<EscapeSuite.Outcome> outcomes =
          suite.run(
              outcome -> {
                if (!outcome.held()) {
                  System.out.println(
                      "NOT HELD " + outcome.attempt().fullName() + ": " + outcome.seen());
                }
              });

      assertThat(outcomes).hasSizeGreaterThanOrEqualTo(80);
      assertThat(outcomes).filteredOn(outcome -> !outcome.held()).isEmpty();
    }
  }

  @Test
  void namesOfAttemptsAreUnique() {
    assertThat(EscapeSuite.attempts().stream().map(Attempt::fullName)).doesNotHaveDuplicates();
  }
}
