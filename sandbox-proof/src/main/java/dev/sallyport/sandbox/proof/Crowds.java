package dev.sallyport.sandbox.proof;

import dev.sallyport.kit.call.Isolations;
import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.sandbox.pool.EndReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Many scripts, many tenants, and workers that are ended from outside. */
final class Crowds {

  private static final String GROUP = "crowds and kills";
  private static final String WAITS = "x = fs.read(path=\"a\")\nresult = 1";

  private Crowds() {}

  static List<Attempt> all() {
    return List.of(
        new Attempt(GROUP, "1,000 scripts at once", Crowds::thousand),
        new Attempt(GROUP, "scripts of 12 tenants at once", Crowds::tenants),
        new Attempt(
            GROUP, "a worker killed in the middle", stand -> killed(stand, "KILL", "sandbox_lost")),
        new Attempt(
            GROUP,
            "a worker told to end in the middle",
            stand -> killed(stand, "TERM", "sandbox_lost")),
        new Attempt(GROUP, "a worker stopped in the middle", Crowds::frozen),
        new Attempt(GROUP, "workers killed while they rest", Crowds::killedAtRest),
        new Attempt(GROUP, "a caller that goes away", Crowds::cancelled),
        new Attempt(GROUP, "a caller that goes away at once", Crowds::cancelledAtOnce),
        new Attempt(GROUP, "the isolation that is told", Crowds::isolation));
  }

  private static void thousand(Stand stand) throws Exception {
    List<SandboxDriver.Going> going = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      going.add(stand.driver().begin(Script.of("result = fs.read(n=" + i + ")[\"n\"]")));
      Stand.require(
          stand.driver().workers().pool().pids().size() <= stand.pool().most(),
          "there are more workers than may be");
    }
    int done = 0;
    for (int i = 0; i < going.size(); i++) {
      Finished finished = SandboxDriver.await(going.get(i));
      if (finished.end().hasFailed()) {
        Stand.require(
            finished.code().equals("sandbox_unavailable"), "one ended as " + finished.end());
      } else {
        Stand.require(finished.result().equals(Integer.toString(i)), "one got another's answer");
        done++;
      }
    }
    Stand.require(done >= 500, "only " + done + " were run");
  }

  private static void tenants(Stand stand) throws Exception {
    List<SandboxDriver.Going> going = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      going.add(stand.driver().begin(Script.of("result = " + i).forTenant("tenant-" + i)));
    }
    for (int i = 0; i < going.size(); i++) {
      Finished finished = SandboxDriver.await(going.get(i));
      Stand.require(
          finished.end().getResult().toStringUtf8().equals(Integer.toString(i)),
          "one ended as " + finished.end());
      Stand.require(
          stand.driver().workers().pool().pids().size() <= stand.pool().most(),
          "there are more workers than may be");
    }
  }

  /** The Java machines of all workers. */
  private static List<ProcessHandle> machines(Stand stand) throws Exception {
    List<ProcessHandle> machines = new ArrayList<>();
    for (long pid : stand.driver().workers().pool().pids()) {
      ProcessHandle.of(pid)
          .ifPresent(
              process -> {
                machines.add(process);
                process.descendants().forEach(machines::add);
              });
    }
    machines.removeIf(process -> !process.info().command().orElse("").endsWith("java"));
    return machines;
  }

  private static void killed(Stand stand, String signal, String code) throws Exception {
    SandboxDriver.Going going = stand.driver().begin(Script.of(WAITS).of(ToolStandIn.SILENT));
    Stand.eventually(() -> !going.calls().isEmpty(), "the call does not arrive");
    List<ProcessHandle> machines = machines(stand);
    for (ProcessHandle machine : machines) {
      signal(signal, machine.pid());
    }
    Finished finished = SandboxDriver.await(going);
    Stand.require(finished.end().getFailed().getCode().equals(code), "it is " + finished.end());
    noticed(stand, machines);
  }

  private static void frozen(Stand stand) throws Exception {
    SandboxDriver.Going going =
        stand
            .driver()
            .begin(Script.of(WAITS).of(ToolStandIn.SILENT).withDeadline(Duration.ofMillis(1_500)));
    Stand.eventually(
        () -> !going.calls().isEmpty() || going.whenFinished().isDone(), "the call does not come");
    List<ProcessHandle> machines = machines(stand);
    for (ProcessHandle machine : machines) {
      signal("STOP", machine.pid());
    }
    Finished finished = SandboxDriver.await(going);
    Stand.require(finished.end().hasScriptFailed(), "it is " + finished.end());
    // Those that rested are stopped too, and are of no use to anybody.
    machines.forEach(ProcessHandle::destroyForcibly);
    noticed(stand, machines);
  }

  private static void killedAtRest(Stand stand) throws Exception {
    SandboxDriver sandbox = stand.driver();
    Stand.eventually(() -> sandbox.workers().pool().idle() > 0, "no worker rests");
    int before = sandbox.ends().getOrDefault(EndReason.LOST, 0);
    List<ProcessHandle> machines = machines(stand);
    for (ProcessHandle machine : machines) {
      signal("KILL", machine.pid());
    }
    Stand.ended(sandbox, EndReason.LOST, before + 1);
    noticed(stand, machines);
  }

  /** Also those that rested are gone, and the pool knows. */
  private static void noticed(Stand stand, List<ProcessHandle> machines) throws Exception {
    Stand.eventually(
        () -> machines.stream().noneMatch(ProcessHandle::isAlive), "a worker cannot be ended");
    Stand.eventually(
        () ->
            stand.driver().workers().pool().pids().stream()
                .allMatch(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)),
        "the pool keeps workers that are gone");
  }

  private static void cancelled(Stand stand) throws Exception {
    SandboxDriver.Going going =
        stand.driver().begin(Script.of("for i in range(1 << 60):\n    fs.read()"));
    Stand.eventually(() -> !going.calls().isEmpty(), "no call arrives");
    going.stop();
    Finished finished = SandboxDriver.await(going);
    Stand.require(finished.code().equals("cancelled"), "it ended as " + finished.end());
    Stand.ended(stand.driver(), EndReason.CANCELLED);
  }

  private static void cancelledAtOnce(Stand stand) throws Exception {
    for (int i = 0; i < 20; i++) {
      SandboxDriver.Going going = stand.driver().begin(Script.of("result = 1"));
      going.stop();
      Finished finished = SandboxDriver.await(going);
      Stand.require(
          finished.end().hasResult() || finished.code().equals("cancelled"),
          "it ended as " + finished.end());
    }
  }

  private static void isolation(Stand stand) throws Exception {
    SandboxDriver.Going going = stand.driver().begin(Script.of("result = 1"));
    Isolation told = going.whenStarted().get(30, TimeUnit.SECONDS).getIsolation();
    var ignored = SandboxDriver.await(going);
    Stand.require(
        told == stand.driver().workers().isolation(),
        "a run was told " + Isolations.wireName(told));
  }

  private static void signal(String name, long pid) throws Exception {
    var ignored =
        new ProcessBuilder("/bin/sh", "-c", "kill -s " + name + " " + pid)
            .redirectErrorStream(true)
            .start()
            .waitFor();
  }
}
