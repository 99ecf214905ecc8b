package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostFunctionTest {

  private static Object run(String source, Environment environment) {
    Object result = Scripts.run(source, environment, new Meter(Limits.DEFAULT)).get("result");
    assertThat(result).isNotNull();
    return result == null ? None.NONE : result;
  }

  private static StarlarkException failure(String source, Environment environment) {
    return catchThrowableOfType(
        StarlarkException.class, () -> Scripts.run(source, environment, new Meter(Limits.DEFAULT)));
  }

  @Test
  void aFunctionGetsItsDeclaredParametersHoweverTheyArePassed() {
    List<@Nullable Object> seen = new ArrayList<>();
    HostFunction function =
        new HostFunction(
            "send",
            "to, body?, /, *rest, urgent?, **others",
            call -> {
              seen.add(call.argument("to"));
              seen.add(call.argument("body"));
              seen.add(call.args());
              seen.add(call.argument("urgent"));
              seen.add(call.kwargs());
              return null;
            });

    Object result =
        run(
            "result = send('a', 1, 2, 3, urgent = True, x = 'y', to = 5)",
            Environment.of(Map.of("send", function)));

    assertThat(seen).containsExactly("a", 1L, List.of(2L, 3L), true, Map.of("x", "y", "to", 5L));
    assertThat(result).isEqualTo(None.NONE);
  }

  @Test
  void anArgumentThatDoesNotFitIsTheScriptsError() {
    Environment environment =
        Environment.of(Map.of("send", new HostFunction("send", "to, body?", call -> null)));

    assertThat(failure("send()", environment)).hasMessage("function send missing 1 argument (to)");
    assertThat(failure("send(1, 2, 3)", environment))
        .hasMessage("function send accepts at most 2 positional arguments (3 given)");
    assertThat(failure("send(1, bdy = 2)", environment))
        .hasMessageContaining("unexpected keyword argument \"bdy\"")
        .satisfies(e -> assertThat(((StarlarkException) e).hint()).isEqualTo("did you mean body?"));
    assertThat(failure("send(1, to = 2)", environment))
        .hasMessageContaining("multiple values for parameter to");
  }

  @Test
  void theValuesOfJavaBecomeValuesOfTheScript() {
    HostFunction give =
        new HostFunction(
            "give",
            "",
            call ->
                Arrays.asList(
                    null,
                    true,
                    7,
                    1.5,
                    "s",
                    new BigInteger("123456789012345678901234567890"),
                    BigInteger.TEN,
                    Map.of("k", List.of(1))));

    Object result = run("result = repr(give())", Environment.of(Map.of("give", give)));

    assertThat(result)
        .isEqualTo("[None, True, 7, 1.5, \"s\", 123456789012345678901234567890, 10, {\"k\": [1]}]");
  }

  @Test
  void aValueThatIsNoneOfTheLanguageIsTheHostsError() {
    Environment environment =
        Environment.of(Map.of("give", new HostFunction("give", "", call -> new Object())));

    StarlarkException error = failure("give()", environment);

    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.HOST);
    assertThat(error.getCause()).isInstanceOf(IllegalArgumentException.class);
    assertThat(error.catchable()).isFalse();
  }

  @Test
  void aFailureOfTheHostHasItsPlaceInTheScriptAndKeepsItsCause() {
    Exception cause = new java.io.IOException("secret path");
    Environment environment =
        Environment.of(
            Map.of(
                "read",
                new HostFunction(
                    "read",
                    "",
                    call -> {
                      throw cause;
                    })));

    StarlarkException error = failure("def f():\n  return read()\nf()", environment);

    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.HOST);
    assertThat(error).hasCause(cause);
    assertThat(error.describe())
        .isEqualTo(
            """
            test.star:2:10: read failed in the host
              test.star:2:10: in f
              test.star:3:1: in <toplevel>""");
  }

  @Test
  void aHostFunctionFailsWithAMessageAndAHint() {
    Environment environment =
        Environment.of(
            Map.of(
                "pay",
                new HostFunction(
                    "pay",
                    "",
                    call -> {
                      throw StarlarkException.of("the budget is spent", "ask for more");
                    })));

    StarlarkException error = failure("\n  \npay()", environment);

    assertThat(error.describe())
        .isEqualTo("test.star:3:1: the budget is spent\nhint: ask for more");
    assertThat(error.catchable()).isTrue();
  }

  @Test
  void aHostFunctionCallsBackAndMayGoOnAfterAnError() {
    HostFunction tryCall =
        new HostFunction(
            "try_call",
            "fn, *args, **kwargs",
            call -> {
              Object fn = call.argument("fn");
              try {
                return Tuple.of(
                    true,
                    call.thread().call(fn == null ? None.NONE : fn, call.args(), call.kwargs()));
              } catch (StarlarkException e) {
                if (!e.catchable()) {
                  throw e;
                }
                return Tuple.of(false, e.getMessage());
              }
            });
    Environment environment = Environment.of(Map.of("try_call", tryCall));

    Object result =
        run(
            """
            def div(a, b = 2):
              return a // b
            def walk(xs):
              for x in xs:
                div(x, 0)
            xs = [1]
            a = try_call(div, 7)
            b = try_call(div, 7, b = 0)
            c = try_call(walk, xs)
            xs.append(2)
            result = repr([a, b, c, xs])
            """,
            environment);

    assertThat(result)
        .isEqualTo(
            "[(True, 3), (False, \"integer division by zero\"),"
                + " (False, \"integer division by zero\"), [1, 2]]");
  }

  @Test
  void aLimitIsNotCaughtByACarelessHostEither() {
    HostFunction swallow =
        new HostFunction(
            "swallow",
            "fn",
            call -> {
              Object fn = call.argument("fn");
              try {
                call.thread().call(fn == null ? None.NONE : fn, List.of(), Map.of());
              } catch (StarlarkException e) {
                return "swallowed";
              }
              return null;
            });
    Environment environment = Environment.of(Map.of("swallow", swallow));

    assertThatThrownBy(
            () ->
                Scripts.run(
                    "def f():\n  while True: pass\nx = swallow(f)\ny = 1",
                    environment,
                    new Meter(Limits.DEFAULT.withSteps(1000))))
        .isInstanceOf(LimitExceeded.class);
  }

  @Test
  void callsAreNumberedAndPlaced() {
    List<String> seen = new ArrayList<>();
    HostFunction call =
        new HostFunction(
            "tool",
            "x",
            c -> {
              seen.add(c.sequence() + " " + c.position() + " " + c.thread().callStack().size());
              return c.argument("x");
            });

    Scripts.run(
        "def f(x):\n  return tool(x) + tool(x)\na = f(1)\nb = sorted([2, 1], key = tool)",
        Environment.of(Map.of("tool", call)),
        new Meter(Limits.DEFAULT));

    assertThat(seen)
        .containsExactly(
            "0 test.star:2:10 2", "1 test.star:2:20 2", "2 test.star:4:5 1", "3 test.star:4:5 1");
  }

  @Test
  void aNamespaceHasFunctionsAsAttributes() {
    Namespace server =
        new Namespace(
            "server",
            "github",
            Map.of("search", new HostFunction("search", "query", c -> c.text("query") + "!")));
    Environment environment = Environment.of(Map.of("github", server));

    assertThat(run("result = github.search(query = 'x')", environment)).isEqualTo("x!");
    assertThat(run("result = (type(github), str(github), dir(github))", environment))
        .isEqualTo(Tuple.of("server", "<server github>", StarlarkList.copyOf(List.of("search"))));
    assertThat(run("f = github.search\nresult = f('y')", environment)).isEqualTo("y!");
    assertThat(failure("github.serch('x')", environment))
        .hasMessage("server has no .serch field or method")
        .satisfies(
            e -> assertThat(((StarlarkException) e).hint()).isEqualTo("did you mean search?"));
    assertThat(failure("github.search = 1", environment)).hasMessageContaining("cannot assign");
    assertThat(failure("github('x')", environment)).hasMessageContaining("cannot be called");
    assertThat(failure("github.search(query = 1)", environment))
        .hasMessage("search: query must be a string, not int");
  }

  @Test
  void functionsOfAScriptCanBeCalledAfterItsRun() {
    StarlarkModule module = Scripts.run("n = 10\ndef f(x, *, by = 2): return x * by + n");
    Object f = module.get("f");
    assertThat(f).isNotNull();

    Object result =
        new StarlarkThread(new Meter(Limits.DEFAULT), PrintSink.NONE)
            .call(f == null ? None.NONE : f, List.of(4L), Map.of("by", 3L));

    assertThat(result).isEqualTo(22L);
  }

  @Test
  void whatARunLeavesIsFrozen() {
    StarlarkModule module = Scripts.run("a = [1, {'k': []}]\ndef f(x = []):\n  x.append(1)\n");
    StarlarkThread thread = new StarlarkThread(new Meter(Limits.DEFAULT), PrintSink.NONE);
    Object f = module.get("f");

    assertThatThrownBy(() -> thread.call(f == null ? None.NONE : f, List.of(), Map.of()))
        .hasMessageContaining("frozen");
    assertThatThrownBy(() -> ((StarlarkList) module.require("a")).add(1L))
        .hasMessageContaining("frozen");
  }

  @Test
  void whatAHostGivesIsFrozen() {
    StarlarkList shared = StarlarkList.copyOf(List.of(1L));
    Environment environment = Environment.of(Map.of("shared", shared));

    assertThat(failure("shared.append(2)", environment)).hasMessageContaining("frozen");
    assertThat(run("result = {(1, 2): shared}[(1, 2)]", environment)).isEqualTo(shared);
  }

  @Test
  void aValueOfNoKnownTypeIsRefusedAsAName() {
    assertThatThrownBy(() -> Environment.of(Map.of("x", 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loadIsRefusedUnlessTheHostAnswers() {
    assertThat(failure("load('a', 'x')", Environment.EMPTY)).hasMessageContaining("cannot load");

    StarlarkModule other = Scripts.run("x = [1]\n_y = 2");
    Environment environment =
        Environment.EMPTY.withLoader(
            name -> {
              assertThat(name).isEqualTo("a");
              return other;
            });

    assertThat(run("load('a', z = 'x')\nresult = z", environment)).isEqualTo(other.get("x"));
    assertThat(failure("load('a', 'xx')", environment))
        .hasMessage("file a does not contain symbol xx");
  }
}
