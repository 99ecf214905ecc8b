package dev.sallyport.sandbox;

import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.sandbox.pool.Container;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.run.RunCeilings;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of the sandbox. */
@ConfigMapping(prefix = "sallyport.sandbox")
public interface SandboxSettings {

  /** Runs are refused where workers cannot be isolated so. */
  @WithDefault("process")
  Level require();

  /** The strongest isolation that is tried; absent: whatever works. */
  Optional<Level> isolation();

  /** That this process runs in a container without a way out. Looked after, as far as it can be. */
  @WithDefault("false")
  boolean container();

  /** That a network policy holds the container's egress, so that a default route says nothing. */
  @WithDefault("false")
  boolean networkPolicy();

  /**
   * Workers are tried and started when somebody may have scripts, and not with the service. For a
   * process that has other work.
   */
  @WithDefault("false")
  boolean onDemand();

  /** Where running workers are recorded, so that none is left behind. Absent: a temporary one. */
  Optional<Path> runFolder();

  Workers workers();

  Run run();

  Queue queue();

  /** How a worker is kept from everything else, weakest first. */
  enum Level {
    PROCESS(Isolation.ISOLATION_PROCESS),
    NAMESPACED(Isolation.ISOLATION_NAMESPACED),
    CONTAINER(Isolation.ISOLATION_CONTAINER);

    private final Isolation isolation;

    Level(Isolation isolation) {
      this.isolation = isolation;
    }
  }

  /** The processes that run scripts. */
  interface Workers {

    /** Workers that wait for their first run. */
    @WithDefault("2")
    int warm();

    /** Workers at once; each takes its heap and about 50 MiB. */
    @WithDefault("8")
    int most();

    /** Scripts that one worker runs in its life. */
    @WithDefault("200")
    int runs();

    /** Heap of a worker. */
    @WithDefault("64M")
    MemorySize heap();

    /** How long a worker waits for the next run of its tenant. */
    @WithDefault("60s")
    Duration idle();

    /** How long a worker may take to become ready, before it is killed and another is tried. */
    @WithDefault("30s")
    Duration start();

    /** How long a tenant keeps its worker while another tenant waits. */
    @WithDefault("100ms")
    Duration turn();

    /** Whether a cache of the worker's classes is made at the start, which halves theirs. */
    @WithDefault("true")
    boolean cache();
  }

  /** What a run may use at most. */
  interface Run {

    @WithDefault("512K")
    MemorySize script();

    @WithDefault("20000000")
    long steps();

    /** Of all values that a script makes; three quarters of the heap of a worker at most. */
    @WithDefault("48M")
    MemorySize allocated();

    /** From its start to its end, with the time in which tools are waited for. */
    @WithDefault("2m")
    Duration wall();

    @WithDefault("200")
    int calls();

    /** Calls side by side. */
    @WithDefault("16")
    int parallel();

    /** Of what it prints; what is printed beyond is dropped. */
    @WithDefault("64K")
    MemorySize output();

    @WithDefault("1M")
    MemorySize result();

    /** Of the arguments of one call. */
    @WithDefault("1M")
    MemorySize arguments();

    /** Of the answer of one call. */
    @WithDefault("4M")
    MemorySize answer();

    /** How long a worker may take to stop when its time is over, before it is killed. */
    @WithDefault("300ms")
    Duration grace();
  }

  /** Runs that wait for a worker. */
  interface Queue {

    /** How many at once. */
    @WithDefault("1000")
    int most();

    /** How long one. */
    @WithDefault("5s")
    Duration patience();
  }

  default RunCeilings ceilings() {
    long heap = workers().heap().asLongValue();
    if (run().allocated().asLongValue() > heap / 4 * 3) {
      throw new IllegalArgumentException(
          "sallyport.sandbox.run.allocated may be three quarters of sallyport.sandbox.workers.heap"
              + " at most: "
              + heap / 4 * 3
              + " bytes");
    }
    return new RunCeilings(
        Math.toIntExact(run().script().asLongValue()),
        run().steps(),
        run().allocated().asLongValue(),
        run().wall(),
        run().calls(),
        run().parallel(),
        run().output().asLongValue(),
        Math.toIntExact(run().result().asLongValue()),
        Math.toIntExact(run().arguments().asLongValue()),
        Math.toIntExact(run().answer().asLongValue()),
        queue().patience(),
        run().grace());
  }

  default PoolSettings pool() {
    return new PoolSettings(
        workers().warm(),
        workers().most(),
        workers().runs(),
        workers().idle(),
        workers().start(),
        queue().most(),
        workers().turn(),
        ceilings().longestMessage());
  }

  default WorkerOptions options() {
    List<String> doubts = container() ? Container.doubts(networkPolicy(), Path.of("/")) : List.of();
    return new WorkerOptions(
        Math.toIntExact(workers().heap().asLongValue() >> 20),
        workers().cache(),
        container(),
        doubts,
        require().isolation,
        isolation().map(level -> level.isolation).orElse(Isolation.ISOLATION_UNSPECIFIED));
  }
}
