package dev.sallyport.sandbox.pool;

import dev.sallyport.kit.call.Isolations;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.processes.ChildProcess;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The workers of this process: in what isolation they run, found by trying, and the pool of them.
 */
public final class Workers implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Workers.class.getName());

  private final WorkerOptions options;
  private final @Nullable Path folder;
  private final Isolation level;
  private final List<String> missing;
  private final WorkerPool pool;
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private final int most;

  /** How workers are started now; there may be a quicker way a little later. */
  private static final class Way implements WorkerPool.Starting {
    private volatile Launching launching;

    Way(Launching launching) {
      this.launching = launching;
    }

    @Override
    public ChildProcess start(Consumer<String> errors) throws IOException {
      return launching.serve(errors);
    }

    void quicken(Path cache) {
      launching = launching.withCache(cache);
    }
  }

  private Workers(
      WorkerOptions options,
      PoolSettings settings,
      @Nullable Path folder,
      Isolation level,
      List<String> missing,
      WorkerPool.Starting starting,
      ScheduledExecutorService timers,
      Consumer<EndReason> ends) {
    this.options = options;
    this.folder = folder;
    this.level = level;
    this.missing = missing;
    this.most = settings.most();
    this.pool =
        new WorkerPool(
            settings,
            starting,
            timers,
            reason -> {
              if (reason.isBad()) {
                bad.incrementAndGet();
              }
              ends.accept(reason);
            });
  }

  /**
   * Tries how workers can be isolated here, and starts those that are kept warm. Takes a second or
   * two, and one or two more where a cache is made.
   *
   * @param watcher ends what is left when this process ends
   * @param ends told each end of a worker
   * @throws IOException where no worker can be started at all
   */
  public static Workers start(
      ProcessWatcher watcher,
      WorkerOptions options,
      PoolSettings settings,
      ScheduledExecutorService timers,
      Consumer<EndReason> ends)
      throws IOException, InterruptedException {
    Path folder = OwnFolder.make();
    IsolationLevels.Found found = find(watcher, options, folder);
    Way way = new Way(found.launching());
    Workers workers =
        new Workers(options, settings, folder, found.level(), found.missing(), way, timers, ends);
    LOG.log(
        System.Logger.Level.INFO,
        "Scripts run at isolation level {0}{1}",
        Isolations.wireName(found.level()),
        found.missing().isEmpty() ? "." : "; not stronger: " + String.join("; ", found.missing()));
    if (workers.refusal() == null) {
      if (options.cache()) {
        Thread.ofPlatform()
            .daemon()
            .name("worker-cache")
            .start(() -> AotCache.make(found.launching().java(), folder).ifPresent(way::quicken));
      }
      workers.pool.open();
    }
    return workers;
  }

  /**
   * The level that workers would have here, found by trying; no worker is kept.
   *
   * @param level as it stands in the configuration
   * @param missing why it is not stronger, a sentence each
   */
  public record Level(String level, List<String> missing) {
    public Level {
      missing = List.copyOf(missing);
    }
  }

  /**
   * Tries how workers could be isolated here. Takes a second or two.
   *
   * @throws IOException where no worker can be started at all
   */
  public static Level examine(ProcessWatcher watcher) throws IOException, InterruptedException {
    Path folder = OwnFolder.make();
    try {
      IsolationLevels.Found found = find(watcher, WorkerOptions.PLAIN, folder);
      return new Level(Isolations.wireName(found.level()), found.missing());
    } finally {
      OwnFolder.delete(folder);
    }
  }

  private static IsolationLevels.Found find(
      ProcessWatcher watcher, WorkerOptions options, Path folder)
      throws IOException, InterruptedException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    JavaCommand java = JavaCommand.ofThisProcess(WorkerJars.ofThisProcess(), options.heapMiB());
    return new IsolationLevels(isolator -> new Launching(watcher, empty, isolator, java), folder)
        .strongest(options.strongest(), options.container(), options.doubts());
  }

  /**
   * Workers that are started in another way, with nothing tried beforehand.
   *
   * @param starting starts what speaks the protocol of a worker
   */
  public static Workers startedBy(
      WorkerPool.Starting starting,
      PoolSettings settings,
      ScheduledExecutorService timers,
      Consumer<EndReason> ends) {
    Workers workers =
        new Workers(
            WorkerOptions.PLAIN,
            settings,
            null,
            Isolation.ISOLATION_PROCESS,
            List.of(),
            starting,
            timers,
            ends);
    workers.pool.open();
    return workers;
  }

  public WorkerPool pool() {
    return pool;
  }

  /** Counts a run, for {@link #describe}. */
  public void ran() {
    runs.incrementAndGet();
  }

  public Isolation isolation() {
    return level;
  }

  /** Why no run may begin here; null: runs may. */
  public @Nullable Failure refusal() {
    return level.getNumber() >= options.required().getNumber()
        ? null
        : Failure.of(
            ErrorCode.SANDBOX_UNAVAILABLE,
            "Scripts are refused: sallyport.sandbox.require is "
                + Isolations.wireName(options.required())
                + " and this sandbox has "
                + Isolations.wireName(level)
                + ". Missing: "
                + String.join("; ", missing)
                + ".");
  }

  /** What there is to say to whoever reviews it. */
  public DescribeResponse describe() {
    return DescribeResponse.newBuilder()
        .setIsolation(level)
        .setRequired(options.required())
        .addAllMissing(missing)
        .setWorkersIdle(pool.idle())
        .setWorkersBusy(pool.busy())
        .setWorkersMost(most)
        .setRuns(runs.get())
        .setKilled(bad.get())
        .build();
  }

  /** Ends all workers. The watcher is whose it was. */
  @Override
  public void close() {
    pool.close();
    if (folder != null) {
      OwnFolder.delete(folder);
    }
  }
}
