package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSampleTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^[A-Z]+-[0-9]+$",
        "^[a-z]{2}(-[A-Z]{2})?$",
        "^\\d{4}-\\d{2}-\\d{2}$",
        "^(open|closed)$",
        "^#?[\\w.-]{3,40}$",
        "^arn:aws:[a-z]+:.*$",
        "^[^/]+$|x",
        "\\S+@\\S+"
      })
  void matchesWhatSchemasSay(String pattern) {
    String sample = PatternSample.of(pattern);

    assertThat(sample == null || Pattern.compile(pattern).matcher(sample).find()).isTrue();
  }

  @Property(tries = 1000)
  void matchesOrIsNothing(@ForAll("patterns") String pattern) {
    String sample = PatternSample.of(pattern);

    assertThat(sample).isNotNull().hasSizeLessThanOrEqualTo(200);
    assertThat(Pattern.compile(pattern).matcher(sample).find()).as(pattern).isTrue();
  }

  @Property(tries = 1000)
  void neverThrows(@ForAll String any) {
    assertThat(PatternSample.of(any))
        .satisfiesAnyOf(
            s -> assertThat(s).isNull(), s -> assertThat(s).hasSizeLessThanOrEqualTo(300));
    PatternSample.of("(".repeat(any.length()));
    PatternSample.of("(a{9}".repeat(any.length() % 60) + "){9}".repeat(any.length() % 60));
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> atom =
        Arbitraries.of(
            "a",
            "-",
            "\\.",
            "\\d",
            "\\w",
            "[a-z]",
            "[A-Z0-9_]",
            "(x|yz)",
            "(?:a[bc])",
            ".",
            "[\\d-]");
    Arbitrary<String> count = Arbitraries.of("", "", "?", "*", "+", "{2}", "{0,3}", "{1,}", "{0}");
    return Combinators.combine(atom, count)
        .as(String::concat)
        .list()
        .ofMaxSize(6)
        .map(parts -> "^" + String.join("", parts) + "$");
  }
}
