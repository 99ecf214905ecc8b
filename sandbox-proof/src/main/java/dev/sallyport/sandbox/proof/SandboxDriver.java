package dev.sallyport.sandbox.proof;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.processes.Signal;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.pool.Workers;
import dev.sallyport.sandbox.run.Run;
import dev.sallyport.sandbox.run.RunCeilings;
import dev.sallyport.sandbox.run.RunMeters;
import dev.sallyport.sandbox.run.SandboxOperations;
import dev.sallyport.sandbox.run.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A sandbox in this process, asked as edge asks. Safe for use by several threads. */
public final class SandboxDriver implements AutoCloseable {

  /** Few workers, that start quickly enough for tests. */
  public static final PoolSettings SMALL =
      new PoolSettings(
          1,
          2,
          50,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          2_000,
          Duration.ofMillis(100),
          RunCeilings.DEFAULT.longestMessage());

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ProcessWatcher watcher;
  private final ScheduledThreadPoolExecutor timers;
  private final Workers workers;
  private final SandboxOperations operations;
  private final Map<EndReason, Integer> ends;

  private SandboxDriver(
      ProcessWatcher watcher,
      ScheduledThreadPoolExecutor timers,
      Workers workers,
      RunCeilings ceilings,
      Map<EndReason, Integer> ends) {
    this.watcher = watcher;
    this.timers = timers;
    this.workers = workers;
    this.ends = ends;
    this.operations =
        new SandboxOperations(() -> Optional.of(workers), ceilings, timers, RunMeters.NONE);
  }

  private static ScheduledThreadPoolExecutor timers() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("sandbox-timers").unstarted(task));
    timers.setRemoveOnCancelPolicy(true);
    return timers;
  }

  /**
   * Starts a sandbox.
   *
   * @param folder for what is recorded of its processes
   */
  public static SandboxDriver start(
      Path folder, WorkerOptions options, PoolSettings pool, RunCeilings ceilings)
      throws IOException, InterruptedException {
    ProcessWatcher watcher = ProcessWatcher.start(folder);
    ScheduledThreadPoolExecutor timers = timers();
    Map<EndReason, Integer> ends = Collections.synchronizedMap(new EnumMap<>(EndReason.class));
    Workers workers =
        Workers.start(
            watcher, options, pool, timers, reason -> ends.merge(reason, 1, Integer::sum));
    return new SandboxDriver(watcher, timers, workers, ceilings, ends);
  }

  /**
   * Starts a sandbox whose workers are another program.
   *
   * @param command what is started in place of a worker
   */
  public static SandboxDriver startWith(
      Path folder, List<String> command, PoolSettings pool, RunCeilings ceilings)
      throws IOException {
    ProcessWatcher watcher = ProcessWatcher.start(folder);
    ScheduledThreadPoolExecutor timers = timers();
    Map<EndReason, Integer> ends = Collections.synchronizedMap(new EnumMap<>(EndReason.class));
    LaunchSpec spec = LaunchSpec.of(command).withEnding(Signal.KILL, Duration.ZERO);
    Workers workers =
        Workers.startedBy(
            errors -> watcher.launch(spec.withErrorLines(errors)),
            pool,
            timers,
            reason -> ends.merge(reason, 1, Integer::sum));
    return new SandboxDriver(watcher, timers, workers, ceilings, ends);
  }

  public Workers workers() {
    return workers;
  }

  public SandboxOperations operations() {
    return operations;
  }

  /** How many workers have ended, by why. */
  public Map<EndReason, Integer> ends() {
    synchronized (ends) {
      return Map.copyOf(ends);
    }
  }

  /** Runs a script to its end. */
  public Finished run(Script script) throws InterruptedException {
    return await(begin(script));
  }

  /** The end of a run; an error where it does not come. */
  public static Finished await(Going going) throws InterruptedException {
    try {
      return going.finished.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new AssertionError("a run did not end in " + PATIENCE, e);
    }
  }

  /** Starts a run. */
  public Going begin(Script script) {
    return begin(
        script, CallContext.ofService(Peer.EDGE, script.tenant()).withDeadline(script.deadline()));
  }

  /** Starts a run for somebody else. */
  public Going begin(Script script, CallContext context) {
    Going going = new Going(script.tools());
    going.begun(operations.open(context, script.start(), going));
    return going;
  }

  @Override
  public void close() {
    workers.close();
    watcher.close();
    timers.shutdownNow();
  }

  /** A run that was started. */
  public static final class Going implements Sink {
    private final ToolStandIn tools;
    private final long began = System.nanoTime();
    private final CompletableFuture<Finished> finished = new CompletableFuture<>();
    private final CompletableFuture<Run> run = new CompletableFuture<>();
    private final CompletableFuture<RunStarted> started = new CompletableFuture<>();
    private final List<ToolCall> calls = Collections.synchronizedList(new ArrayList<>());
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private Going(ToolStandIn tools) {
      this.tools = tools;
    }

    private void begun(Run going) {
      run.complete(going);
    }

    /** Completes when a worker has the script. */
    public CompletableFuture<RunStarted> whenStarted() {
      return started.copy();
    }

    public CompletableFuture<Finished> whenFinished() {
      return finished.copy();
    }

    /** The calls so far. */
    public List<ToolCall> calls() {
      synchronized (calls) {
        return List.copyOf(calls);
      }
    }

    public void stop() {
      run.join().stop();
    }

    /** Answers a call from outside. */
    public void answer(ToolResult result) {
      run.join().answer(result);
    }

    @Override
    public void started(RunStarted begun) {
      started.complete(begun);
    }

    @Override
    public void toolCall(ToolCall call) {
      calls.add(call);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  tools
                      .answer(call)
                      .ifPresent(
                          answer ->
                              run.join()
                                  .answer(answer.toBuilder().setStep(call.getStep()).build()));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }

    @Override
    public void output(ByteString text) {
      output.writeBytes(text.toByteArray());
    }

    @Override
    public void end(RunEnd end) {
      finished.complete(
          new Finished(
              end,
              calls(),
              output.toString(StandardCharsets.UTF_8),
              Duration.ofNanos(System.nanoTime() - began)));
    }
  }
}
