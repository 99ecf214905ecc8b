package dev.sallyport.sandbox.proof;

import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.ScriptFailureKind;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.run.RunCeilings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What an attempt is made on, and what must hold after each. */
public final class Stand {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** A worker at rest has its heap, its code and its classes; kilobytes. */
  private static final long MOST_OF_A_WORKER = 250_000;

  private final SandboxDriver driver;
  private final Path folder;
  private final PoolSettings pool;
  private int count;

  Stand(SandboxDriver driver, Path folder, PoolSettings pool) {
    this.driver = driver;
    this.folder = folder;
    this.pool = pool;
  }

  /** The sandbox with real workers. */
  public SandboxDriver driver() {
    return driver;
  }

  PoolSettings pool() {
    return pool;
  }

  /** Something that must hold. */
  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Waits until something holds. */
  static void eventually(Check check, String otherwise) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(otherwise);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Whether something holds now. */
  @FunctionalInterface
  interface Check {
    boolean holds() throws Exception;
  }

  Finished run(Script script) throws InterruptedException {
    Finished finished = driver.run(script);
    onlyDeclared(finished);
    return finished;
  }

  /** Every call named a tool that the script was given. */
  static void onlyDeclared(Finished finished) {
    Set<String> declared = new HashSet<>();
    for (ScriptNamespace space : Script.TOOLS) {
      for (ScriptFunction function : space.getFunctionsList()) {
        declared.add(space.getServer() + " " + function.getTool());
      }
    }
    for (ToolCall call : finished.calls()) {
      require(
          declared.contains(call.getServer() + " " + call.getTool()),
          "a call arrived of " + call.getServer() + " " + call.getTool());
    }
  }

  void limit(Script script) throws InterruptedException {
    Finished finished = run(script);
    require(
        finished.end().getScriptFailed().getKind() == ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT,
        "no limit was reached but " + brief(finished.end()));
  }

  void fails(Script script) throws InterruptedException {
    Finished finished = run(script);
    require(
        finished.end().getOutcomeCase() == RunEnd.OutcomeCase.SCRIPT_FAILED,
        "the script did not fail but " + brief(finished.end()));
  }

  void returns(Script script, String json) throws InterruptedException {
    Finished finished = run(script);
    require(
        finished.end().getResult().toStringUtf8().equals(json),
        "the result is not " + json + " but " + brief(finished.end()));
  }

  private static String brief(RunEnd end) {
    String text = end.toString().replace('\n', ' ');
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }

  /**
   * A sandbox whose first worker has gone over; all later ones are real.
   *
   * @param mode what the first worker does
   */
  SandboxDriver hostile(String mode) throws IOException {
    Path once = folder.resolve("hostile-" + count++);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            HostileWorker.classPath(),
            HostileWorker.class.getName(),
            mode,
            once.toString());
    PoolSettings one =
        new PoolSettings(
            1,
            1,
            50,
            Duration.ofSeconds(30),
            Duration.ofMillis(mode.equals("never-ready") ? 1_500 : 30_000),
            100,
            Duration.ofMillis(100),
            RunCeilings.DEFAULT.longestMessage());
    return SandboxDriver.startWith(
        folder.resolve("run"), command, one, ceilings(Duration.ofSeconds(30)));
  }

  /** The usual ceilings, and more patience with a machine that is slow. */
  static RunCeilings ceilings(Duration patience) {
    RunCeilings usual = RunCeilings.DEFAULT;
    return new RunCeilings(
        usual.scriptBytes(),
        usual.steps(),
        usual.allocatedBytes(),
        usual.wall(),
        usual.calls(),
        usual.parallel(),
        usual.outputBytes(),
        usual.resultBytes(),
        usual.argumentBytes(),
        usual.answerBytes(),
        patience,
        usual.grace());
  }

  /** The next run is answered, memory is back, and no process is left. */
  void isAsBefore(SandboxDriver sandbox) throws Exception {
    Finished next = sandbox.run(Script.of("result = fs.read(n=6)[\"n\"] * 7"));
    require(
        next.end().getResult().toStringUtf8().equals("42"),
        "the next run does not answer but " + brief(next.end()));
    eventually(() -> sandbox.workers().pool().busy() == 0, "a worker stays busy");
    eventually(() -> strays(sandbox).isEmpty(), "processes are left: " + strays(sandbox));
    for (long pid : sandbox.workers().pool().pids()) {
      for (ProcessHandle process : tree(pid)) {
        long used = residentKilobytes(process.pid());
        require(used < MOST_OF_A_WORKER, "a worker at rest takes " + used + " kB");
      }
    }
  }

  private static List<ProcessHandle> tree(long pid) {
    List<ProcessHandle> tree = new ArrayList<>();
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              tree.add(process);
              process.descendants().forEach(tree::add);
            });
    return tree;
  }

  /** Java machines below this process that belong to no worker of any pool. */
  private List<String> strays(SandboxDriver sandbox) {
    Set<Long> known = new HashSet<>();
    for (SandboxDriver each : List.of(driver, sandbox)) {
      for (long pid : each.workers().pool().pids()) {
        tree(pid).forEach(process -> known.add(process.pid()));
      }
    }
    List<String> strays = new ArrayList<>();
    ProcessHandle.current()
        .descendants()
        .filter(process -> !known.contains(process.pid()))
        .filter(
            process ->
                process.info().command().orElse("").endsWith(File.separator + "java")
                    || process.info().command().orElse("").endsWith("sleep"))
        .forEach(process -> strays.add(process.pid() + " " + process.info().command().orElse("")));
    return strays;
  }

  private static long residentKilobytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  /** A worker of the sandbox ends, or has ended, for this reason. */
  static void ended(SandboxDriver sandbox, EndReason reason) throws Exception {
    ended(sandbox, reason, 1);
  }

  /** So many workers of the sandbox end, or have ended, for this reason. */
  static void ended(SandboxDriver sandbox, EndReason reason, int count) throws Exception {
    eventually(
        () -> sandbox.ends().getOrDefault(reason, 0) >= count,
        "not " + count + " workers were ended as " + reason + ", but " + sandbox.ends());
  }
}
