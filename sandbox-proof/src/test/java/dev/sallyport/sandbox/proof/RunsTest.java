package dev.sallyport.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.proto.sandbox.v1.ScriptFailure;
import dev.sallyport.proto.sandbox.v1.ScriptFailureKind;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.run.RunCeilings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs through the feature layer, on real workers. */
class RunsTest {

  @TempDir static Path folder;
  private static SandboxDriver sandbox;

  @BeforeAll
  static void start() throws Exception {
    sandbox =
        SandboxDriver.start(
            folder,
            WorkerOptions.PLAIN,
            SandboxDriver.SMALL,
            Stand.ceilings(Duration.ofSeconds(30)));
  }

  @AfterAll
  static void end() {
    sandbox.close();
  }

  @Test
  void tellsCallsByTheUpstreamsNamesAndTheLine() throws Exception {
    Finished finished = sandbox.run(Script.of("print(\"hi\")\nresult = web.get(u=\"\u00e9\")"));

    assertThat(finished.result()).isEqualTo("{\"u\":\"\u00e9\"}");
    assertThat(finished.output()).isEqualTo("hi\n");
    assertThat(finished.calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.getServer()).isEqualTo("internet");
              assertThat(call.getTool()).isEqualTo("GET");
              assertThat(call.getStep()).isEqualTo("1");
              assertThat(call.getLine()).isEqualTo(2);
            });
    assertThat(finished.end().getFigures().getCalls()).isEqualTo(1);
    assertThat(finished.end().getFigures().getSteps()).isPositive();
    assertThat(finished.end().getFigures().getAllocatedBytes()).isPositive();
    assertThat(finished.end().getFigures().getMicros()).isPositive();
  }

  @Test
  void refusesEveryPeerButEdge() {
    for (Peer peer : Peer.values()) {
      CallContext context = CallContext.ofService(peer, "acme");
      if (peer != Peer.EDGE) {
        SandboxDriver.Going going = sandbox.begin(Script.of("result = 1"), context);
        assertThat(going.whenFinished().join().code()).as(peer.wireName()).isEqualTo("forbidden");
        assertThatExceptionOfType(CallFailed.class)
            .isThrownBy(() -> sandbox.operations().describe(context))
            .satisfies(e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.FORBIDDEN));
      }
    }
  }

  @Test
  void describesItself() {
    var told = sandbox.operations().describe(CallContext.ofService(Peer.EDGE, "acme"));

    assertThat(told.getIsolation()).isEqualTo(sandbox.workers().isolation());
    assertThat(told.getRequired()).isEqualTo(Isolation.ISOLATION_PROCESS);
    assertThat(told.getWorkersMost()).isEqualTo(2);
    assertThat(told.getMissingList()).isNotEmpty();
  }

  @Test
  void aFailedCallComesBackWithWhatWasAnswered() throws Exception {
    ScriptFailure failure =
        sandbox
            .run(
                Script.of("x = 1\nfs.read(path=\"a\")")
                    .of(call -> ToolStandIn.failed("not_found", "No such file.")))
            .failure();

    assertThat(failure.getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_TOOL);
    assertThat(failure.getStep()).isEqualTo("1");
    assertThat(failure.getToolFailure().getCode()).isEqualTo("not_found");
    assertThat(failure.getToolFailure().getMessage()).isEqualTo("No such file.");
    assertThat(failure.getLine()).isEqualTo(2);
    assertThat(failure.getHint()).contains("try_call(fs.read, ...)");
  }

  @Test
  void suspendsAndRunsAgainToTheSameSteps() throws Exception {
    String script =
        "a = fs.read(n=1)\nb = parallel([call(fs.write, n=a[\"n\"]), call(web.get)])\nresult = b";
    Finished first =
        sandbox.run(
            Script.of(script)
                .of(
                    call ->
                        call.getStep().equals("2.1")
                            ? ToolStandIn.suspended()
                            : ToolStandIn.ECHO.answer(call)));
    Finished second = sandbox.run(Script.of(script));

    assertThat(first.end().getSuspended().getStepsList()).containsExactly("2.1");
    assertThat(second.result()).isEqualTo("[{\"n\":1},{}]");
    assertThat(second.calls()).isEqualTo(first.calls());
  }

  @Test
  void aDryRunTellsCallsAndAnswersNone() throws Exception {
    Finished finished =
        sandbox.run(
            Script.of("x = fs.read(n=1)\nfs.write(n=2)\nif x:\n    pass")
                .of(ToolStandIn.SILENT)
                .dry());

    assertThat(finished.end().getDry().getIncomplete()).isTrue();
    assertThat(finished.end().getDry().getLine()).isEqualTo(3);
    assertThat(finished.end().getDry().getReason()).contains("what fs.read returns");
    assertThat(finished.calls()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x = (", "x = nosuch", "result = \u00ff"})
  void whatIsNoProgramFailsBeforeItRuns(String text) throws Exception {
    ScriptFailure failure = sandbox.run(Script.of(text)).failure();

    assertThat(failure.getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_STATIC);
    assertThat(failure.getLine()).isEqualTo(1);
  }

  @Test
  void whatIsNoTextFailsBeforeItRuns() throws Exception {
    ScriptFailure failure =
        sandbox.run(Script.of(ByteString.copyFrom(new byte[] {(byte) 0xff, 1}))).failure();

    assertThat(failure.getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_STATIC);
    assertThat(failure.getMessage()).isEqualTo("the text is not valid UTF-8");
  }

  @Test
  void refusesNamespacesThatScriptsCouldNotUse() throws Exception {
    for (List<String> names :
        List.of(
            List.of("a-b"),
            List.of(""),
            List.of("a", "a"),
            List.of("json"),
            List.of("print"),
            List.of("parallel"),
            List.of("result"))) {
      List<ScriptNamespace> spaces = new ArrayList<>();
      names.forEach(name -> spaces.add(ScriptNamespace.newBuilder().setName(name).build()));
      assertThat(sandbox.run(Script.of("").withNamespaces(spaces)).code())
          .as(names.toString())
          .isEqualTo("invalid_params");
    }
    ScriptNamespace twice =
        ScriptNamespace.newBuilder()
            .setName("a")
            .addFunctions(ScriptFunction.newBuilder().setName("f"))
            .addFunctions(ScriptFunction.newBuilder().setName("f"))
            .build();
    assertThat(sandbox.run(Script.of("").withNamespaces(List.of(twice))).code())
        .isEqualTo("invalid_params");
  }

  // ---- limits

  @Test
  void edgeMayAskForLessAndNotForMore() throws Exception {
    assertThat(limit("for i in range(1 << 40): pass", RunLimits.newBuilder().setSteps(1_000)))
        .contains("the limit is 1000");
    assertThat(limit("for i in range(1 << 40): pass", RunLimits.newBuilder().setSteps(-1)))
        .contains("the limit is 20000000");
    assertThat(limit("x = \"a\" * 100000", RunLimits.newBuilder().setAllocatedBytes(10_000)))
        .contains("the limit is 10000");
    assertThat(limit("x = \"a\" * (1 << 30)", RunLimits.newBuilder().setAllocatedBytes(1L << 40)))
        .contains("the limit is " + (48 << 20));
    assertThat(limit("fs.read()\nfs.read()", RunLimits.newBuilder().setCalls(1)))
        .contains("the limit is 1");
    assertThat(limit("result = \"a\" * 1000", RunLimits.newBuilder().setResultBytes(100)))
        .contains("the limit is 100 bytes");
    assertThat(
            sandbox
                .run(
                    Script.of("print(\"a\" * 1000)\nresult = 1")
                        .within(RunLimits.newBuilder().setOutputBytes(100)))
                .end()
                .getFigures()
                .getDroppedOutputBytes())
        .isEqualTo(901);
  }

  private static String limit(String script, RunLimits.Builder limits) throws Exception {
    ScriptFailure failure = sandbox.run(Script.of(script).within(limits)).failure();
    assertThat(failure.getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT);
    return failure.getMessage();
  }

  @Test
  void aBrokenLimitEndsTheWorkerAndNotTheService() throws Exception {
    int before = sandbox.ends().getOrDefault(EndReason.LIMIT, 0);

    assertThat(limit("x = [0] * (1 << 40)", RunLimits.newBuilder())).contains("memory");

    assertThat(sandbox.ends().get(EndReason.LIMIT)).isEqualTo(before + 1);
    assertThat(sandbox.run(Script.of("result = 1")).result()).isEqualTo("1");
  }

  @Test
  void timeThatIsOverIsSaidWithThePlace() throws Exception {
    ScriptFailure failure =
        sandbox
            .run(
                Script.of("x = 1\ny = fs.read()")
                    .of(ToolStandIn.SILENT)
                    .within(RunLimits.newBuilder().setWallMillis(1_500)))
            .failure();

    assertThat(failure.getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT);
    assertThat(failure.getMessage()).contains("it takes longer than 1500 ms");
    assertThat(failure.getLine()).isEqualTo(2);
  }

  @Test
  void theDeadlineOfTheCallIsThatOfTheRun() throws Exception {
    Finished finished =
        sandbox.run(
            Script.of("fs.read()").of(ToolStandIn.SILENT).withDeadline(Duration.ofMillis(700)));

    assertThat(finished.failure().getKind()).isEqualTo(ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT);
    assertThat(finished.took()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void callsSideBySideAreBounded() throws Exception {
    SandboxDriver.Going going =
        sandbox.begin(
            Script.of("parallel([call(fs.read, n=i) for i in range(10)])")
                .of(ToolStandIn.SILENT)
                .within(RunLimits.newBuilder().setParallel(3)));
    Awaitility.await().until(() -> going.calls().size() == 3);
    going.answer(
        ToolResult.newBuilder().setStep("1.1").setValue(ByteString.copyFromUtf8("1")).build());
    Awaitility.await().until(() -> going.calls().size() == 4);
    going.stop();

    assertThat(SandboxDriver.await(going).code()).isEqualTo("cancelled");
    assertThat(going.calls()).hasSize(4);
  }

  @Test
  void anAnswerThatIsTooLargeFailsItsCall() throws Exception {
    Finished finished =
        sandbox.run(
            Script.of("result = try_call(fs.read)[\"code\"]")
                .of(call -> ToolStandIn.value("\"" + "a".repeat(5 << 20) + "\"")));

    assertThat(finished.result()).isEqualTo("\"upstream_too_large\"");
  }

  // ---- isolation that is required

  @Test
  void refusesEveryRunBelowTheIsolationThatIsRequired() throws Exception {
    try (SandboxDriver strict =
        SandboxDriver.start(
            folder,
            WorkerOptions.PLAIN
                .withStrongest(Isolation.ISOLATION_PROCESS)
                .withRequired(Isolation.ISOLATION_CONTAINER),
            SandboxDriver.SMALL,
            RunCeilings.DEFAULT)) {
      RunEnd end = strict.run(Script.of("result = 1")).end();

      assertThat(end.getFailed().getCode()).isEqualTo("sandbox_unavailable");
      assertThat(end.getFailed().getMessage())
          .contains("sallyport.sandbox.require is container", "Missing: ");
      assertThat(strict.workers().pool().pids()).isEmpty();
    }
  }

  @Test
  void runsAsAPlainProcessWhereNothingElseIsAskedFor() throws Exception {
    try (SandboxDriver plain =
        SandboxDriver.start(
            folder,
            WorkerOptions.PLAIN.withStrongest(Isolation.ISOLATION_PROCESS),
            SandboxDriver.SMALL,
            Stand.ceilings(Duration.ofSeconds(30)))) {
      SandboxDriver.Going going = plain.begin(Script.of("result = 1"));

      assertThat(SandboxDriver.await(going).result()).isEqualTo("1");
      assertThat(going.whenStarted().get(1, TimeUnit.SECONDS).getIsolation())
          .isEqualTo(Isolation.ISOLATION_PROCESS);
      assertThat(plain.ends()).isEqualTo(Map.of());
    }
  }
}
