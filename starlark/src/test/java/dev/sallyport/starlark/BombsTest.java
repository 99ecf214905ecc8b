package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.starlark.LimitExceeded.Limit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No operation does much work, or takes much memory, that its script has not paid for. */
class BombsTest {

  private static final Limits SMALL = new Limits(200_000, 8 << 20, 100, 100, 10_000);

  /** What a budget of 200,000 steps may last on a slow and busy machine that has just started. */
  private static final Duration SHORT = Duration.ofMillis(1500);

  private static LimitExceeded refused(String source) {
    Program program = Program.parse(source, "bomb.star", Scripts.WIDE).orThrow();
    Meter meter = new Meter(SMALL);
    Duration begin = Scripts.cpuTime();
    StarlarkException error = null;
    try {
      program.run(Scripts.LIBRARIES, meter, PrintSink.NONE);
    } catch (StarlarkException e) {
      error = e;
    }
    Duration took = Scripts.cpuTime().minus(begin);

    if (!(error instanceof LimitExceeded limit)) {
      throw new AssertionError("not refused: " + source, error);
    }
    assertThat(took).as(source).isLessThan(SHORT);
    assertThat(limit.catchable()).isFalse();
    assertThat(limit.position()).as(source).isNotNull();
    return limit;
  }

  /** Each would take from 100 MB to more than there is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = 'a' * (1 << 30)",
        "x = (1 << 30) * 'a'",
        "x = [0] * (1 << 30)",
        "x = (0,) * (1 << 40)",
        "x = b'ab' * (1 << 30)",
        "x = 'ab' * (1 << 70)",
        "x = 1 << (1 << 40)",
        "x = 1 << (1 << 30)",
        "x = 1 << (1 << 70)",
        "x = list(range(1 << 40))",
        "x = tuple(range(1 << 40))",
        "x = bytes(range(1 << 40))",
        "x = [i for i in range(1 << 40)]",
        "x = {i: i for i in range(1 << 40)}",
        "x = zip(range(1 << 40), range(1 << 40))",
        "x = enumerate(range(1 << 40))",
        "x = sorted(range(1 << 40))",
        "x = reversed(range(1 << 40))",
        "x = set(range(1 << 40))",
        "x = dict(zip(range(1 << 20), range(1 << 20)))",
        "def f(*a): return a\nx = f(*range(1 << 40))",
        "x = max(*range(1 << 40))",
        "x = []\nx.extend(range(1 << 40))",
        "x = []\nx += range(1 << 40)",
        "x = ('a' * 100000).replace('a', 'b' * 100000)",
        "x = ('a' * 100000).join(['b'] * 100000)",
        "x = ('%s' * 100) % tuple(['a' * 100000] * 100)",
        "x = ('{0}' * 100).format('a' * 100000)",
        "x = re.sub('a', 'b' * 10000, 'a' * 10000)",
        "x = 'a'\nfor i in range(100): x = x + x",
        "x = 'a'\nfor i in range(100): x += x",
        "x = [0]\nfor i in range(100): x += x",
        "x = [0]\nfor i in range(100): x.extend(x)",
        "x = 3\nfor i in range(100): x = x * x",
        "x = 1\nfor i in range(100000): x = x << 1000",
        "x = []\nfor i in range(1 << 40): x.append(x)",
        "x = {}\nfor i in range(1 << 40): x[i] = None",
        "x = [[0] * 1000 for i in range(1000)]",
        "x = [lambda: i for i in range(100000)]",
        "x = ['a'.upper for i in range(1 << 30)]",
        "x = json.indent('[' + ','.join(['1'] * 1000) + ']', indent = ' ' * 10000)",
        "x = ('\\u00df' * 1000000).upper()",
      })
  void isRefusedBeforeItTakesMemory(String source) {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();

    LimitExceeded error = refused(source);

    assertThat(error.limit()).isIn(Limit.BYTES, Limit.STEPS);
    long after = runtime.totalMemory() - runtime.freeMemory();
    assertThat(after - before).as(source).isLessThan(100L << 20);
  }

  /** Each would run for seconds to years. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "for i in range(1 << 60): pass",
        "while True: pass",
        "x = [0 for i in range(1 << 60) if False]",
        "def f():\n  for i in range(1 << 60): pass\nf()",
        "x = any([False] * 300000) or all(range(1, 1 << 60))",
        "x = max(range(1 << 60))",
        "x = sorted([i * 7919 % 100003 for i in range(50000)])",
        "x = ['x' * 100] * 1000\ny = sorted([x] * 1000)",
        "x = [0] * 100000\nfor i in range(100): 1 in x",
        "x = 'a' * 100000\nfor i in range(100000): 'b' in x",
        "x = 'a' * 200000\ny = ('a' * 100000 + 'b') in x",
        "x = 'a' * 200000\ny = x.find('a' * 100000 + 'b')",
        "x = 'a' * 200000\nfor i in range(1000): x.rfind('b' + 'a' * 100000)",
        "x = 'a' * 200000\ny = x.count('a' * 1000 + 'b')",
        "x = 'a' * 200000\ny = x.split('a' * 1000 + 'b')",
        "x = b'a' * 200000\ny = b'a' * 100000 + b'b' in x",
        "x = [1] * 100000\nfor i in range(1000): x == [1] * 100000",
        "x = [1] * 100000\nfor i in range(10000): x.insert(0, 1)",
        "x = [1] * 100000\nfor i in range(10000): x.pop(0)",
        "x = [[]]\nfor i in range(60): x = [x, x]\nrepr(x)",
        "x = [[]]\nfor i in range(60): x = [x, x]\nstr(x)",
        "x = [[]]\nfor i in range(60): x = [x, x]\njson.encode(x)",
        "x = ()\nfor i in range(60): x = (x, x)\nhash_ = {x: 1}",
        "x = ()\ny = ()\nfor i in range(60):\n  x = (x, x)\n  y = (y, y)\nx == y",
        "x = ()\ny = ()\nfor i in range(60):\n  x = (x, x)\n  y = (y, y)\nx < y",
        "x = (1 << 2000000)\nfor i in range(100): x * x",
        "x = (1 << 2000000)\nfor i in range(100): x // ((1 << 1000000) + 1)",
        "x = (1 << 2000000)\nfor i in range(100): x % ((1 << 1000000) + 1)",
        "x = str(1 << 4000000)",
        "x = '%d' % (1 << 4000000)",
        "x = int('9' * 1000000)",
        "x = int('z' * 1000000, 36)",
        "x = json.decode('9' * 1000000)",
        "x = re.findall('(a+)+$', 'a' * 1000000)",
        "x = re.search('(x+x+)+y', 'x' * 100000)",
        "for i in range(1 << 40): re.search('a' + str(i), 'b')",
        "x = 'a ' * 1000000\ny = x.split()",
        "x = ('\\n' * 1000000).splitlines()",
        "x = (' ' * 3000000).strip()",
        "x = ('ab' * 1000000).strip('ab' * 10000)",
        "x = ('a' * 1000000).title()",
      })
  void isStoppedSoon(String source) {
    assertThat(refused(source).limit()).isIn(Limit.STEPS, Limit.BYTES);
  }

  /** Strings of one hash: a table of them is a list that is searched from its begin. */
  @Test
  void keysThatCollideCostTheirOwnSteps() {
    LimitExceeded error =
        refused(
            """
            pairs = ["Aa", "BB"]
            keys = [""]
            for i in range(12):
              keys = [k + p for k in keys for p in pairs]
            d = {k: 1 for k in keys}
            """);

    assertThat(error.limit()).isEqualTo(Limit.STEPS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = []\nfor i in range(1000): x = [x]\nrepr(x)",
        "x = []\nfor i in range(1000): x = [x]\nprint(x)",
        "x = []\nfor i in range(1000): x = [x]\njson.encode(x)",
        "x = []\ny = []\nfor i in range(1000):\n  x = [x]\n  y = [y]\nx == y",
        "x = []\ny = []\nfor i in range(1000):\n  x = [x]\n  y = [y]\nx < y",
        "x = ()\nfor i in range(1000): x = (x,)\nd = {x: 1}",
        "x = {}\nfor i in range(1000): x = {'a': x}\nstr(x)",
        "x = []\nx.append(x)\njson.encode(x)",
        "x = []\ny = []\nx.append(x)\ny.append(y)\nx == y",
        "x = {}\ny = {}\nx['a'] = x\ny['a'] = y\nx == y",
        "x = json.decode('[' * 10000 + ']' * 10000)",
      })
  void dataThatIsNestedTooDeeplyIsRefused(String source) {
    assertThat(refused(source).limit()).isEqualTo(Limit.NESTING);
  }

  @Test
  void deepDataCanBeMadeAndFrozen() {
    StarlarkModule module = Scripts.run("x = []\nfor i in range(100000): x = [x]");

    assertThat(((StarlarkList) module.require("x")).isFrozen()).isTrue();
  }

  @Test
  void recursionEndsAtTheDepthOfCalls() {
    LimitExceeded error = refused("def f(n): return f(n + 1)\nf(0)");

    assertThat(error.limit()).isEqualTo(Limit.CALL_DEPTH);
    assertThat(error.stack()).hasSizeGreaterThan(50);
    assertThat(error.describe()).contains("and ", " more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "def f(n): return sorted([n], key = f)\nf(0)",
        "def f(n): return max([n, n], key = f)\nf(0)",
        "def f(n): return [f(x) for x in [1] for y in [2] if y for z in [3]]\nf(0)",
        "def f(n): return re.sub('a', f, 'a')\nf('a')",
      })
  void recursionThroughBuiltInsEndsAtTheDepthOfCalls(String source) {
    assertThat(refused(source).limit()).isEqualTo(Limit.CALL_DEPTH);
  }

  @Test
  void outputIsLimitedInBytesOfUtf8() {
    assertThat(refused("for i in range(1000): print('\\u00e9' * 50)").limit())
        .isEqualTo(Limit.OUTPUT);
    Scripts.run(
        "for i in range(10): print('\\u20ac' * 10)",
        Environment.EMPTY,
        new Meter(SMALL.withOutputBytes(310)));
  }

  @Test
  void aSpentMeterStaysSpent() {
    Meter meter = new Meter(SMALL.withSteps(10));
    Program program = Program.parse("for i in range(100): pass", "a", Scripts.WIDE).orThrow();
    StarlarkException first = null;
    StarlarkException second = null;
    try {
      program.run(Environment.EMPTY, meter, PrintSink.NONE);
    } catch (StarlarkException e) {
      first = e;
    }
    try {
      Program.parse("x = 1", "b", Scripts.WIDE)
          .orThrow()
          .run(Environment.EMPTY, meter, PrintSink.NONE);
    } catch (StarlarkException e) {
      second = e;
    }

    assertThat(first).isInstanceOf(LimitExceeded.class);
    assertThat(second).isInstanceOf(LimitExceeded.class);
    assertThat(meter.stepsUsed()).isEqualTo(10);
  }

  @Test
  void theSameScriptTakesTheSameStepsAndBytes() {
    String source = "d = {str(i): [i] * i for i in range(100)}\nx = sorted(d.keys())\ny = repr(d)";
    Meter first = new Meter(Limits.DEFAULT);
    Meter second = new Meter(Limits.DEFAULT);

    Scripts.run(source, Environment.EMPTY, first);
    Scripts.run(source, Environment.EMPTY, second);

    assertThat(first.stepsUsed()).isEqualTo(second.stepsUsed()).isGreaterThan(100);
    assertThat(first.bytesUsed()).isEqualTo(second.bytesUsed()).isGreaterThan(100 * 99 / 2 * 24);
  }
}
