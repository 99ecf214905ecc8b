package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run that stops at a host call goes on when it is run again with the answers so far. */
class JournalTest {

  private static final String SCRIPT =
      """
      def each(servers):
        found = {}
        for s in servers:
          for tool in ["list", "count"]:
            r = call(server = s, tool = tool, n = len(found))
            if r % 3 == 0:
              found[s + tool] = call(s, "detail", of = r)
            else:
              found[s + tool] = r
        return found

      first = each(["a", "b"])
      more = sorted([k for k in first], key = lambda k: call("key", of = k))
      result = [call("last", of = k, total = len(more)) for k in more]
      """;

  /** What a host writes down: the answers by number, and for the test the calls as they were. */
  private static final class Journal {
    final Map<Long, Object> answers = new HashMap<>();
    final List<String> calls = new ArrayList<>();

    /** One run; it stops at the first call without an answer that is not to be made yet. */
    @Nullable StarlarkModule run(String script, long stopAt) {
      calls.clear();
      HostFunction call =
          new HostFunction(
              "call",
              "*args, **kwargs",
              c -> {
                Meter free = Meter.unlimited();
                calls.add(
                    c.sequence()
                        + "@"
                        + c.position()
                        + " "
                        + Values.repr(Values.fromJava(c.args()), free)
                        + Values.repr(Values.fromJava(c.kwargs()), free));
                Object answer = answers.get(c.sequence());
                if (answer == null) {
                  if (c.sequence() >= stopAt) {
                    throw new Suspended("call " + c.sequence());
                  }
                  answer = answer(c);
                  answers.put(c.sequence(), answer);
                }
                return answer;
              });
      try {
        return Program.parse(script, "journal.star", Dialect.CODE_MODE)
            .orThrow()
            .run(Environment.of(Map.of("call", call)), new Meter(Limits.DEFAULT), PrintSink.NONE);
      } catch (Suspended stopped) {
        assertThat(stopped.payload()).isEqualTo("call " + (calls.size() - 1));
        return null;
      }
    }

    private static long answer(HostCall call) {
      return Math.floorMod(call.args().size() * 31 + call.kwargs().keySet().hashCode(), 100)
          + call.sequence();
    }
  }

  private static String show(@Nullable StarlarkModule module) {
    if (module == null) {
      throw new AssertionError("the run did not come to its end");
    }
    StringBuilder out = new StringBuilder();
    module
        .globals()
        .forEach((name, value) -> out.append(name).append(Values.repr(value, Meter.unlimited())));
    return out.toString();
  }

  @Test
  void aReplayMakesTheSameCallsWithTheSameArgumentsInTheSameOrder() {
    Journal whole = new Journal();
    StarlarkModule expected = whole.run(SCRIPT, Long.MAX_VALUE);
    assertThat(whole.calls).hasSizeGreaterThan(8);

    for (int stop = 0; stop < whole.calls.size(); stop++) {
      Journal journal = new Journal();
      assertThat(journal.run(SCRIPT, stop)).isNull();
      assertThat(journal.calls).isEqualTo(whole.calls.subList(0, stop + 1));

      StarlarkModule resumed = journal.run(SCRIPT, Long.MAX_VALUE);

      assertThat(journal.calls).isEqualTo(whole.calls);
      assertThat(show(resumed)).isEqualTo(show(expected));
    }
  }

  @Test
  void aRunThatIsStoppedAtEveryCallComesToTheSameEnd() {
    Journal whole = new Journal();
    StarlarkModule expected = whole.run(SCRIPT, Long.MAX_VALUE);
    Journal journal = new Journal();
    StarlarkModule result = null;

    for (long stop = 0; result == null; stop++) {
      assertThat(stop).isLessThanOrEqualTo(whole.calls.size());
      result = journal.run(SCRIPT, stop);
    }

    assertThat(journal.calls).isEqualTo(whole.calls);
    assertThat(show(result)).isEqualTo(show(expected));
  }

  @Property(tries = 60)
  void aScriptOfAnyShapeIsReplayed(@ForAll("scripts") String script, @ForAll short seed) {
    Journal whole = new Journal();
    StarlarkModule expected = whole.run(script, Long.MAX_VALUE);
    int stop = whole.calls.isEmpty() ? 0 : Math.floorMod(seed, whole.calls.size());
    Journal journal = new Journal();
    journal.run(script, stop);

    StarlarkModule resumed = journal.run(script, Long.MAX_VALUE);

    assertThat(journal.calls).isEqualTo(whole.calls);
    assertThat(show(resumed)).isEqualTo(show(expected));
  }

  @Provide
  Arbitrary<String> scripts() {
    Arbitrary<String> line =
        Arbitraries.of(
            "x = call(x, y)",
            "y = [call(v, of = x) for v in [1, 2, x] if v]",
            "d[str(x)] = call(*[1, x], **{\"a\": x, \"b\": len(d)})",
            "if call(x) % 2: x += call(1)",
            "for k in d: x += call(k)",
            "x = f(x)",
            "y = sorted(d, key = lambda k: call(k))",
            "x = max([x, call(2)])");
    return line.list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(
            lines ->
                "def f(v):\n  return call(v, \"f\") + call(\"g\")\nx = 1\ny = 2\nd = {}\n"
                    + String.join("\n", lines)
                    + "\n");
  }
}
