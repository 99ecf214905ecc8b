package dev.sallyport.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.sandbox.worker.wire.Down;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dry run tells the calls up to the first thing that depends on what one returns. */
class DryRunTest {

  private final Scripted tools =
      new Scripted(
          call -> {
            throw new AssertionError("a call of a dry run is waited for");
          });

  @Test
  void tellsAllCallsOfAScriptThatDependsOnNone() {
    assertThat(
            tools.dry(
                """
                for p in ["a", "b"]:
                    x = fs.read_file(path=p)
                kept = [x, {"x": x}]
                y = parallel([call(fs.write, n=i) for i in range(5)])
                result = len(y)
                """))
        .isEqualTo(new Down.How.Dry(false, "", 0));
    assertThat(tools.told())
        .startsWith("1 read_file {\"path\":\"a\"}", "2 read_file {\"path\":\"b\"}")
        .hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "if x: pass",
        "y = x == 1",
        "y = 1 != x",
        "y = x == x",
        "y = x < 2",
        "y = 2 < x",
        "y = [x] == [1]",
        "y = [1] == [x]",
        "y = {\"a\": 1} == {\"a\": x}",
        "y = x in [1]",
        "y = 1 in [x]",
        "y = x in {}",
        "y = 1 in x",
        "y = not x",
        "y = x and 1",
        "y = 1 if x else 2",
        "for i in x: pass",
        "y = [i for i in x]",
        "a, b = x",
        "y = x.a",
        "y = hasattr(x, \"a\")",
        "y = getattr(x, \"a\", 1)",
        "y = dir(x)",
        "y = x[0]",
        "y = x[1:]",
        "x[0] = 1",
        "y = [1, 2][x]",
        "y = {1: 2}[x]",
        "y = {x: 1}",
        "y = x + 1",
        "y = 1 + x",
        "y = [1] + x",
        "y = -x",
        "y = \"a\" * x",
        "x += 1",
        "y = \"%s\" % x",
        "y = \"%s\" % [x]",
        "y = \"{}\".format(x)",
        "y = \",\".join([x])",
        "y = str(x)",
        "y = repr([x])",
        "y = type(x)",
        "y = bool(x)",
        "y = int(x)",
        "y = len(x)",
        "y = list(x)",
        "y = sorted([x, 1])",
        "y = max(x)",
        "y = max(1, x)",
        "y = range(x)",
        "y = dict(x)",
        "y = zip(x)",
        "y = hash(x)",
        "y = x()",
        "print(x)",
        "print([x])",
        "fail(x)",
        "y = json.encode(x)",
        "y = json.decode(x)",
        "y = re.search(\"a\", x)",
        "y = math.floor(x)",
        "y = time.parse_duration(x)",
        "def f(*a): pass\nf(*x)",
        "def f(**a): pass\nf(**x)",
        "fs.write(a=x)",
        "fs.write(a=[x])",
        "fs.write(**x)",
        "call(fs.write, a=x)",
        "call(x)",
        "parallel(x)",
        "parallel([], try_all=x)",
        "try_call(x)",
        "result = x",
        "result = {\"a\": [x]}",
      })
  void endsWhereAnythingDependsOnAnAnswer(String use) {
    for (String answer :
        new String[] {
          "x = fs.read_file()",
          "x = try_call(fs.read_file)",
          "x = parallel([call(fs.read_file)])[0]"
        }) {
      Scripted run = Scripted.echo();
      Down.How how = run.dry(answer + "\n" + use);

      assertThat(how)
          .as(answer + "; " + use)
          .isInstanceOfSatisfying(
              Down.How.Dry.class,
              dry -> {
                assertThat(dry.incomplete()).isTrue();
                assertThat(dry.reason())
                    .isEqualTo("the script would go on depending on what fs.read_file returns");
                if (!use.startsWith("result")) {
                  assertThat(dry.line()).isGreaterThan(1);
                }
              });
      assertThat(run.calls).hasSize(1);
    }
  }

  @Test
  void tellsWhatIsWrongBeforeThat() {
    assertThat(tools.dry("fs.write()\nx = 1 // 0")).isInstanceOf(Down.How.Failed.class);
    assertThat(tools.dry("x = fs.write()\nparallel([x])"))
        .isInstanceOfSatisfying(
            Down.How.Failed.class,
            failed -> assertThat(failed.hint()).contains("has been made already"));
    assertThat(tools.dry("fs.nosuch()")).isInstanceOf(Down.How.Failed.class);
    assertThat(tools.dry("for i in range(100): fs.write()"))
        .isInstanceOfSatisfying(
            Down.How.Failed.class,
            failed -> assertThat(failed.message()).contains("too many calls"));
  }
}
