package dev.sallyport.rules;

import static dev.sallyport.rules.ConditionTest.condition;
import static dev.sallyport.rules.ConditionTest.facts;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would hold an event loop is ended by counting, so that these tests need no clock. */
class WorkTest {

  private static final String ELEMENTS =
      IntStream.range(0, 9_000)
          .mapToObj(i -> "{\"a\":" + i + "}")
          .collect(Collectors.joining(",", "{\"l\":[", "]}"));

  private static final String TEXTS =
      "{\"s\":\"" + "a".repeat(120_000) + "\",\"t\":\"" + "a".repeat(60_000) + "b\"}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "args.l.all(x, args.l == args.l)",
        "args.l.all(x, x in args.l)",
        "args.l.all(x, args.l.exists(y, y == x))",
        "args.l.exists(x, x.missing == 1)",
        "args.l.exists(x, x.b == 0 || x.b == 1 || x.b == 2)",
        "args.l.map(x, [x, x]).map(x, x + x).size() == 3",
        "args.l.filter(x, x.a >= 0).size() == 1",
        "args.l.exists(x, string(x.a) == 'q')",
        "args.l.exists(x, 'abcdefghij'.matches('^a.*[0-9]+'))",
      })
  void endsWhatGoesRoundForTooLong(String text) {
    Work work = new Work();

    Outcome outcome = condition(text).evaluate(facts(ELEMENTS), work);

    assertThat(outcome).isEqualTo(new Outcome.Fails("it takes more work than one decision may"));
    assertThat(work.left()).isEqualTo(Work.MOST_IN_ALL - Work.MOST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "args.s.contains(args.t)",
        "args.s.matches('(a|aa)+$b')",
        "['a'].map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x)"
            + ".map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x)"
            + ".map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x)"
            + ".map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x).map(x,x+x)[0] == 'a'",
      })
  void endsWhatReadsOrMakesTooMuchText(String text) {
    assertThat(condition(text).evaluate(facts(TEXTS), new Work()))
        .isEqualTo(new Outcome.Fails("it takes more work than one decision may"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"args.s.contains('b') || true", "args.s.size() == 120000", "args == args"})
  void looksThroughArgumentsOfTheLargestSizeOnce(String text) {
    assertThat(condition(text).evaluate(facts(TEXTS), new Work())).isEqualTo(Outcome.HOLDS);
  }

  @Test
  void givesTheConditionsOfOneDecisionNoMoreThanAllMayDo() {
    Condition expensive = condition("args.l.all(x, args.l == args.l)");
    Condition cheap = condition("args.l.size() == 9000");
    Facts facts = facts(ELEMENTS);
    Work work = new Work();

    for (int i = 0; i < Work.MOST_IN_ALL / Work.MOST; i++) {
      assertThat(cheap.evaluate(facts, work)).as("before %d", i).isEqualTo(Outcome.HOLDS);
      expensive.evaluate(facts, work);
    }

    assertThat(cheap.evaluate(facts, work))
        .isEqualTo(new Outcome.Fails("it takes more work than one decision may"));
  }

  @Test
  void countsTheSameEachTime() {
    Condition condition = condition("args.l.exists(x, x.a == 100) && tool.name == 'read'");
    Work first = new Work();
    Work second = new Work();

    condition.evaluate(facts(ELEMENTS), first);
    condition.evaluate(facts(ELEMENTS), second);

    assertThat(second.left()).isEqualTo(first.left()).isLessThan(Work.MOST_IN_ALL);
  }
}
