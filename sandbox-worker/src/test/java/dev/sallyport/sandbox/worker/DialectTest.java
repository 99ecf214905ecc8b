package dev.sallyport.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts find, and what they are told when they use it in another way. */
class DialectTest {

  private final Scripted tools = Scripted.echo();

  @Test
  void callsAToolByNameAndGetsItsAnswerAsValues() {
    assertThat(tools.result("r = fs.read_file(path=\"a\", n=[1, None, True, 1.5])\nresult = r"))
        .isEqualTo("{\"path\":\"a\",\"n\":[1,null,true,1.5]}");
    assertThat(tools.told())
        .containsExactly("1 read_file {\"path\":\"a\",\"n\":[1,null,true,1.5]}");
  }

  @Test
  void runsControlFlowAndRebindingAtTheTopLevel() {
    assertThat(
            tools.result(
                "total = 0\nfor i in range(5):\n    if i % 2:\n        total += i\nresult = total"))
        .isEqualTo("4");
  }

  @Test
  void takesArgumentsFromADict() {
    assertThat(tools.result("result = fs.read_file(**{\"a-b\": 1, \"c\": 2})"))
        .isEqualTo("{\"a-b\":1,\"c\":2}");
  }

  @Test
  void saysThatArgumentsGoByName() {
    Down.How.Failed failed = tools.failure("x = 1\nfs.read_file(\"a\")");

    assertThat(failed.kind()).isEqualTo(Down.Kind.RUNTIME);
    assertThat(failed.message()).isEqualTo("fs.read_file takes its arguments by name");
    assertThat(failed.hint()).contains("fs.read_file(name=value)");
    assertThat(failed.line()).isEqualTo(2);
    assertThat(tools.calls).isEmpty();
  }

  @Test
  void aToolIsAValueAndKeepsWhatItIs() {
    assertThat(
            tools.result(
                """
                fs = web
                def apply(f):
                    return f(u=1)
                result = [apply(getattr(fs, "g" + "et")), type(fs.get), str(fs.get)]
                """))
        .isEqualTo("[{\"u\":1},\"builtin_function_or_method\",\"<built-in function web.get>\"]");
    assertThat(tools.told()).containsExactly("1 get {\"u\":1}");
  }

  @Test
  void aScriptWithoutResultReturnsNull() {
    assertThat(tools.result("x = 1")).isEqualTo("null");
  }

  @Test
  void theClockStandsStill() {
    assertThat(tools.result("a = time.now()\nresult = [a == time.now(), a.unix]"))
        .isEqualTo("[true,1764417600]");
  }

  @Test
  void hasTheLibraries() {
    assertThat(
            tools.result(
                "result = [json.decode(\"[1]\"), math.floor(1.5), re.findall(\"a.\", \"abac\")]"))
        .isEqualTo("[[1],1,[\"ab\",\"ac\"]]");
  }

  // ---- parallel

  @Test
  void callsSideBySideComeBackInTheOrderOfTheList() {
    tools.lastFirst();
    assertThat(tools.result("result = parallel([call(fs.read_file, n=i) for i in range(7)])"))
        .isEqualTo("[{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4},{\"n\":5},{\"n\":6}]");
    assertThat(tools.mostWaiting).isEqualTo(3);
    assertThat(tools.calls)
        .extracting(Down.Call::step)
        .containsExactly("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6");
  }

  @Test
  void noCallsSideBySideAreAnEmptyList() {
    assertThat(tools.result("result = parallel([])")).isEqualTo("[]");
  }

  @Test
  void stepsCountTheStatementsOfCallsAndNothingElse() {
    tools.run(
        """
        c = call(fs.write)
        fs.read_file()
        parallel([c, c])
        try_call(web.get)
        """);
    assertThat(tools.calls).extracting(Down.Call::step).containsExactly("1", "2.0", "2.1", "3");
  }

  @Test
  void theSameAnswersMakeTheSameSteps() {
    String script =
        """
        a = fs.read_file(n=1)
        b = parallel([call(fs.write, **a), call(web.get, n=len(a))])
        for x in b:
            try_call(fs.read_file, x=x)
        """;
    Scripted again = Scripted.echo().lastFirst();
    tools.run(script);
    again.run(script);

    assertThat(again.told()).isEqualTo(tools.told());
    assertThat(again.figures).isEqualTo(tools.figures);
  }

  @Test
  void theFirstFailureOfTheListStopsTheScriptWhenAllAreBack() {
    Scripted failing =
        new Scripted(
                call ->
                    call.step().endsWith("1") || call.step().endsWith("3")
                        ? new Up.Outcome.Failed("not_found", "No " + call.step() + ".")
                        : Scripted.value("1"))
            .lastFirst();

    Down.How.Failed failed =
        failing.failure("parallel([call(fs.read_file, n=i) for i in range(5)])");

    assertThat(failing.calls).hasSize(5);
    assertThat(failed.kind()).isEqualTo(Down.Kind.TOOL);
    assertThat(failed.step()).isEqualTo("1.1");
    assertThat(failed.message()).isEqualTo("fs.read_file failed: No 1.1. (not_found)");
  }

  @Test
  void failuresSideBySideAreValuesWhereAllAreTried() {
    Scripted failing =
        new Scripted(
            call ->
                call.step().endsWith("1")
                    ? new Up.Outcome.Failed("not_found", "No.")
                    : Scripted.value("[1]"));

    assertThat(
            failing.result("result = parallel([call(fs.write), call(fs.read_file)], try_all=True)"))
        .isEqualTo(
            "[{\"ok\":true,\"value\":[1]},{\"ok\":false,\"code\":\"not_found\",\"error\":\"No.\"}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parallel([lambda: fs.read_file()])|functions are not run side by side",
        "parallel([fs.read_file])|say with what it is called: call(tool, name=value)",
        "parallel([fs.read_file(n=1)])|that call has been made already",
        "parallel([1])|that call has been made already",
        "parallel(fs.read_file)|write parallel([call(fs.read, path=p) for p in paths])",
        "call(\"fs.read_file\", n=1)|the tool itself, without quotes and without calling it",
        "call()|write call(fs.read, path=\"a\")",
        "call(fs.read_file, 1)|write call(fs.read_file, name=value)",
        "try_call(call(fs.read_file))|a call that is planned is made by parallel([...])",
        "try_call(len)|the tool itself, without quotes and without calling it",
      })
  void saysHowCallsSideBySideAreWritten(String script, String hint) {
    assertThat(tools.failure(script).hint()).contains(hint);
  }

  @Test
  void tooManyCallsSideBySideAreRefusedBeforeTheFirst() {
    Down.How.Failed failed =
        tools.failure("fs.write()\nparallel([call(fs.read_file, n=i) for i in range(50)])");

    assertThat(failed.kind()).isEqualTo(Down.Kind.LIMIT);
    assertThat(failed.message()).contains("too many calls: the limit is 50");
    assertThat(tools.calls).hasSize(1);
  }

  // ---- failures

  @Test
  void aFailedCallStopsTheScriptWhereItIs() {
    Scripted failing = new Scripted(call -> new Up.Outcome.Failed("upstream_down", "It is away."));

    Down.How.Failed failed = failing.failure("def f():\n    return fs.read_file()\n\nx = f()");

    assertThat(failed.kind()).isEqualTo(Down.Kind.TOOL);
    assertThat(failed.step()).isEqualTo("1");
    assertThat(failed.line()).isEqualTo(2);
    assertThat(failed.hint()).contains("try_call(fs.read_file, ...)");
    assertThat(failed.stack().lines().toList())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("script:4:");
  }

  @Test
  void aFailedCallThatWasTriedIsAValue() {
    Scripted failing = new Scripted(call -> new Up.Outcome.Failed("upstream_down", "It is away."));

    assertThat(
            failing.result(
                "r = try_call(fs.read_file)\nresult = [r[\"ok\"], r[\"code\"], r[\"error\"]]"))
        .isEqualTo("[false,\"upstream_down\",\"It is away.\"]");
    assertThat(tools.result("result = try_call(fs.read_file, tool=1)"))
        .isEqualTo("{\"ok\":true,\"value\":{\"tool\":1}}");
  }

  @Test
  void tryingACallCatchesNothingElse() {
    assertThat(tools.failure("try_call(fs.read_file, x=1 // 0)").message())
        .isEqualTo("integer division by zero");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fs.read_fil()|did you mean read_file?",
        "paralel([])|did you mean parallel?",
        "print(paht); path = 1|did you mean path?",
        "import os|there is nothing to import",
        "while True: pass|write for _ in range(n) with a break",
        "x = sum([1])|add in a loop",
        "print(f\"{x}\")|Starlark has no f-strings",
      })
  void saysWhatWasMeant(String script, String hint) {
    assertThat(tools.failure(script).hint()).contains(hint);
  }

  @Test
  void tellsAllNamesThatAreNotThere() {
    Down.How.Failed failed = tools.failure("a = nosuch\nb = nothere");

    assertThat(failed.kind()).isEqualTo(Down.Kind.STATIC);
    assertThat(failed.message()).isEqualTo("undefined: nosuch; line 2: undefined: nothere");
    assertThat(failed.line()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "result = float(\"nan\")|result: cannot encode float nan as JSON",
        "result = [float(\"+inf\")]|result: cannot encode float +inf as JSON",
        "result = 1 << 70|result: cannot encode an int of 71 bits as JSON",
        "result = {1: 2}|result: cannot encode a dict with a key of type int as JSON",
        "result = len|result: cannot encode a value of type builtin_function_or_method as JSON",
        "result = call(fs.write)|result: cannot encode a value of type call as JSON",
        "result = time.now()|result: cannot encode a value of type time.time as JSON",
        "fs.write(a=float(\"nan\"))|argument a: cannot encode float nan as JSON",
        "fs.write(a={1: 2})|argument a: cannot encode a dict with a key of type int as JSON",
      })
  void saysWhatHasNoJson(String script, String message) {
    assertThat(tools.failure(script).message()).isEqualTo(message);
    assertThat(tools.calls).isEmpty();
  }

  @Test
  void numbersThatReadersOfJsonKeepAreReturned() {
    assertThat(tools.result("result = [(1 << 64) - 1, -(1 << 63), 1e300]"))
        .isEqualTo("[18446744073709551615,-9223372036854775808,1e+300]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x = []\nx.append(x)\nresult = x", "x = {}\nx[\"a\"] = [x]\nfs.write(x=x)"})
  void saysThatDataContainsItself(String script) {
    Down.How.Failed failed = tools.failure(script);

    assertThat(failed.message()).contains("is nested more than 200 levels deep");
    assertThat(failed.hint()).isEqualTo("does a list or a dict in it contain itself?");
  }

  // ---- limits

  @Test
  void stopsAtItsSteps() {
    Down.How.Failed failed = tools.failure("for i in range(1 << 40):\n    pass");

    assertThat(failed.kind()).isEqualTo(Down.Kind.LIMIT);
    assertThat(failed.message()).isEqualTo("the script takes too many steps: the limit is 5000000");
    assertThat(failed.line()).isBetween(1, 2);
    assertThat(failed.hint()).isNotEmpty();
  }

  @Test
  void stopsAtItsMemory() {
    assertThat(tools.failure("x = \"a\" * (1 << 30)").message())
        .isEqualTo("the script uses too much memory: the limit is 33554432 bytes");
  }

  @Test
  void chargesWhatToolsAnswer() {
    Scripted large = new Scripted(call -> Scripted.value("\"" + "a".repeat(4 << 20) + "\""));

    Down.How.Failed failed = large.failure("x = [fs.read_file(n=i) for i in range(10)]");

    assertThat(failed.kind()).isEqualTo(Down.Kind.LIMIT);
    assertThat(failed.message()).contains("too much memory");
    assertThat(large.calls).hasSize(2);
  }

  @Test
  void chargesWhatToolsAnswerSideBySideBeforeItIsRead() {
    Scripted large = new Scripted(call -> Scripted.value("\"" + "a".repeat(4 << 20) + "\""));

    Down.How.Failed failed =
        large.failure("x = parallel([call(fs.read_file, n=i) for i in range(10)])");

    assertThat(failed.message()).contains("too much memory");
    assertThat(large.calls).hasSizeLessThan(7);
  }

  @Test
  void stopsAtItsResultAndArguments() {
    assertThat(tools.failure("result = \"a\" * 20000").message())
        .isEqualTo("the result is too large: the limit is 10000 bytes of JSON");
    assertThat(tools.failure("fs.write(a=\"a\" * 20000)").message())
        .isEqualTo("the arguments of a call are too large: the limit is 10000 bytes");
  }

  @Test
  void dropsAndCountsWhatIsPrintedBeyondTheLimitAndGoesOn() {
    assertThat(tools.result("for i in range(300):\n    print(\"ab\u00e9\")\nresult = 1"))
        .isEqualTo("1");
    assertThat(tools.printed.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .hasSizeBetween(998, 1_000);
    assertThat(tools.printed.toString()).doesNotContain("\ufffd");
    assertThat(tools.figures.droppedOutput()).isBetween(500L, 502L);
  }

  @Test
  void printsComeBeforeTheCallsThatFollowThem() {
    StringBuilder order = new StringBuilder();
    Scripted[] self = new Scripted[1];
    self[0] =
        new Scripted(
            call -> {
              order.append(self[0].printed).append('|');
              return Scripted.value("1");
            });

    self[0].run("print(\"a\")\nfs.write()\nprint(\"b\", 1, sep=\"-\")\nfs.write()");

    assertThat(order).hasToString("a\n|a\nb-1\n|");
  }

  // ---- suspension

  @Test
  void suspendsAtACallWhoseAnswerComesLater() {
    Scripted later =
        new Scripted(
            call -> call.step().equals("2") ? new Up.Outcome.Suspended() : Scripted.value("1"));

    assertThat(later.run("fs.read_file()\ntry_call(fs.write)\nfs.read_file()"))
        .isEqualTo(new Down.How.Suspended(List.of("2")));
    assertThat(later.calls).hasSize(2);
  }

  @Test
  void suspendsAtAllCallsSideBySideThatWaitWhenAllAreMade() {
    Scripted later =
        new Scripted(
            call -> call.step().equals("1.1") ? Scripted.value("1") : new Up.Outcome.Suspended());

    assertThat(later.run("parallel([call(fs.write)] * 5, try_all=True)"))
        .isEqualTo(new Down.How.Suspended(List.of("1.0", "1.2", "1.3", "1.4")));
    assertThat(later.calls).hasSize(5);
  }

  @Test
  void failsRatherThanToWaitForWhatWouldFailInAnyCase() {
    Scripted both =
        new Scripted(
            call ->
                call.step().equals("1.1")
                    ? new Up.Outcome.Failed("forbidden", "No.")
                    : new Up.Outcome.Suspended());

    assertThat(both.failure("parallel([call(fs.write)] * 3)").step()).isEqualTo("1.1");
  }
}
