package dev.sallyport.edge.evidence;

import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.AuditRecord;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** {@link Evidence} on the spool of this edge. Opens it at start, before any call is taken. */
@ApplicationScoped
class SpooledEvidence implements Evidence {

  private static final Logger LOG = Logger.getLogger(SpooledEvidence.class);

  /** Longer names in a record are cut: they come from callers, and a record is not their store. */
  static final int MAX_NAME_CHARS = 512;

  private final EvidenceSettings settings;
  private final Spool spool;
  private final Shipper shipper;
  private final SpoolAge age;

  SpooledEvidence(
      EvidenceSettings settings,
      @ConfigProperty(name = "sallyport.edge.data") Optional<Path> folder,
      AuditPeer audit,
      MeterRegistry meters) {
    this.settings = settings;
    Path data =
        folder.orElseThrow(
            () ->
                new IllegalStateException(
                    "sallyport.edge.data is not set: it names the folder in which this edge keeps"
                        + " its audit spool, and that must outlive the process"));
    SpoolLimits limits =
        new SpoolLimits(
            settings.maxSize().asLongValue(),
            settings.segmentSize().asLongValue(),
            settings.durability(),
            settings.whenFull());
    try {
      spool = Spool.open(data.resolve("spool"), limits, settings.tenant());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the audit spool in " + data + " (sallyport.edge.data) cannot be opened", e);
    }
    shipper = new Shipper(spool, audit, settings.ship(), settings.tenant());
    age = new SpoolAge(spool);
    register(meters);
  }

  private void register(MeterRegistry meters) {
    Gauge.builder("sallyport.edge.spool.depth", spool, Spool::depthBytes)
        .description("Appended and not yet acknowledged")
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder("sallyport.edge.spool.used", spool, Spool::usedBytes)
        .description("Disk space of all segments")
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder("sallyport.edge.spool.oldest.age", age, SpoolAge::seconds)
        .description("Age of the oldest record that is not acknowledged")
        .baseUnit("seconds")
        .register(meters);
    FunctionCounter.builder("sallyport.edge.spool.shipped", shipper, Shipper::shipped)
        .description("Records acknowledged by audit-service")
        .register(meters);
    FunctionCounter.builder("sallyport.edge.spool.ship.failures", shipper, Shipper::failures)
        .description("Append streams that ended in a failure")
        .register(meters);
    FunctionCounter.builder("sallyport.edge.spool.refused", spool, Spool::refused)
        .description("Records refused because the spool was full or could not be written")
        .register(meters);
    FunctionCounter.builder("sallyport.edge.spool.dropped", spool, Spool::counted)
        .description("Records dropped by a full spool and counted in a GAP record")
        .register(meters);
  }

  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
    shipper.start();
    LOG.infof("audit spool of %s, epoch %d", spool.edge(), spool.epoch());
  }

  @Override
  public Appended append(AuditRecord.Builder record) {
    shorten(record.getMethod(), record::setMethod);
    shorten(record.getServer(), record::setServer);
    shorten(record.getTool(), record::setTool);
    shorten(record.getExposedName(), record::setExposedName);
    shorten(record.getClientInfo(), record::setClientInfo);
    shorten(record.getClientProtocolVersion(), record::setClientProtocolVersion);
    shorten(record.getTraceId(), record::setTraceId);
    return spool.append(
        record
            .setEdge(spool.edge())
            .setEdgeEpoch(spool.epoch())
            .setTimeMicros(Spool.nowMicros())
            .build());
  }

  private static void shorten(String value, Consumer<String> set) {
    if (value.length() > MAX_NAME_CHARS) {
      int end = MAX_NAME_CHARS - 1;
      if (Character.isHighSurrogate(value.charAt(end - 1))) {
        end--;
      }
      set.accept(value.substring(0, end) + '…');
    }
  }

  /** Share of the spool that is taken, 0 to 1. */
  double fill() {
    return (double) spool.usedBytes() / spool.limits().totalBytes();
  }

  boolean isNearlyFull() {
    return fill() >= settings.nearlyFull();
  }

  long depthBytes() {
    return spool.depthBytes();
  }

  long oldestSeconds() {
    return (long) age.seconds();
  }

  void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent event) {
    shipper.drain(settings.ship().drain());
  }

  @PreDestroy
  void close() throws IOException {
    shipper.close();
    spool.close();
  }
}
