package dev.sallyport.sandbox.pool;

import dev.sallyport.proto.sandbox.v1.Isolation;
import java.util.List;

/**
 * How workers are started.
 *
 * @param heapMiB of a worker
 * @param cache whether a cache of a worker's classes is made at the start
 * @param container whether the configuration says that this is a container without egress
 * @param doubts what speaks against that, see {@link Container}
 * @param required runs are refused below it
 * @param strongest a weaker level is taken on purpose, for comparison; UNSPECIFIED: the strongest
 *     that works
 */
public record WorkerOptions(
    int heapMiB,
    boolean cache,
    boolean container,
    List<String> doubts,
    Isolation required,
    Isolation strongest) {

  public WorkerOptions {
    doubts = List.copyOf(doubts);
  }

  /** A heap of 64 MiB, no cache, nothing required. */
  public static final WorkerOptions PLAIN =
      new WorkerOptions(
          64,
          false,
          false,
          List.of(),
          Isolation.ISOLATION_PROCESS,
          Isolation.ISOLATION_UNSPECIFIED);

  public WorkerOptions withRequired(Isolation level) {
    return new WorkerOptions(heapMiB, cache, container, doubts, level, strongest);
  }

  public WorkerOptions withStrongest(Isolation level) {
    return new WorkerOptions(heapMiB, cache, container, doubts, required, level);
  }

  public WorkerOptions withCache(boolean made) {
    return new WorkerOptions(heapMiB, made, container, doubts, required, strongest);
  }
}
