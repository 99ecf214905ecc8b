package dev.sallyport.edge.evidence;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code sallyport.edge.spool.*}: the spool in {@code <sallyport.edge.data>/spool}. */
@ConfigMapping(prefix = "sallyport.edge.spool")
public interface EvidenceSettings {

  /** What all segments may take on the disk. */
  @WithDefault("1G")
  MemorySize maxSize();

  @WithDefault("16M")
  MemorySize segmentSize();

  /** {@code kernel} or {@code fsync}. */
  @WithDefault("kernel")
  SpoolLimits.Durability durability();

  /** {@code refuse} or {@code gap}. */
  @WithDefault("refuse")
  SpoolLimits.WhenFull whenFull();

  /** Share of the size, 0 to 1, from which on the edge is not ready. */
  @WithDefault("0.9")
  double nearlyFull();

  /** Tenant of the records that are about the edge itself. */
  @WithDefault("default")
  String tenant();

  Ship ship();

  /** How records leave. */
  interface Ship {

    /** How long records are gathered before they are sent. */
    @WithDefault("20ms")
    Duration gather();

    @WithDefault("1000")
    int batchRecords();

    @WithDefault("1M")
    MemorySize batchSize();

    /** Batches on the way without an acknowledgement. */
    @WithDefault("8")
    int window();

    /** Without an acknowledgement for so long, the stream is given up and begun again. */
    @WithDefault("30s")
    Duration patience();

    @WithDefault("100ms")
    Duration retryFirst();

    @WithDefault("5s")
    Duration retryMost();

    /**
     * How long a shutdown waits for what is still in the spool; the rest leaves at the next start.
     */
    @WithDefault("3s")
    Duration drain();
  }
}
