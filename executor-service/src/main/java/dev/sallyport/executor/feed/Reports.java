package dev.sallyport.executor.feed;

import com.google.protobuf.ByteString;
import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.executor.upstream.Catalogue;
import dev.sallyport.executor.upstream.Greeting;
import dev.sallyport.executor.upstream.ServerSpec;
import dev.sallyport.executor.upstream.UpstreamKey;
import dev.sallyport.executor.upstream.UpstreamReports;
import dev.sallyport.executor.upstream.UpstreamState;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells registry what upstreams are like, in order for each upstream, and again until it is heard.
 * Only the newest report of an upstream waits, so that a registry that is away costs no memory.
 */
public final class Reports implements UpstreamReports, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Reports.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** What is known of an upstream; `catalogue` null as long as none was told. */
  private record Known(
      UpstreamKey key,
      long revision,
      ServerStatus status,
      @Nullable Greeting greeting,
      @Nullable Catalogue catalogue,
      boolean catalogueUntold) {}

  private final RegistryPeer registry;
  private final String executor;
  private final long epoch;
  private final Map<UpstreamKey, Known> known = new LinkedHashMap<>();
  private final Map<UpstreamKey, Known> untold = new LinkedHashMap<>();
  private long generation;
  private boolean closed;

  /**
   * @param executor a stable name of this executor
   * @param epoch grows with every start
   */
  public Reports(RegistryPeer registry, String executor, long epoch) {
    this.registry = registry;
    this.executor = executor;
    this.epoch = epoch;
  }

  public void start() {
    Thread.ofVirtual().name("registry-reports").start(this::run);
  }

  @Override
  public void catalogue(
      ServerSpec spec, UpstreamState state, Greeting greeting, Catalogue catalogue) {
    boolean says = !catalogue.isUnread();
    tell(
        new Known(
            spec.key(),
            spec.revision(),
            status(state, greeting),
            greeting,
            says ? catalogue : null,
            says));
  }

  @Override
  public void health(
      UpstreamKey key, long revision, UpstreamState state, @Nullable Greeting lastGreeting) {
    synchronized (known) {
      Known before = untold.get(key);
      Known last = before != null ? before : known.get(key);
      Catalogue catalogue = last != null && last.revision() == revision ? last.catalogue() : null;
      boolean untold = catalogue != null && before != null && before.catalogueUntold();
      tell(new Known(key, revision, status(state, lastGreeting), lastGreeting, catalogue, untold));
    }
  }

  /** Tells everything again: registry may have started anew. */
  public void repeat() {
    synchronized (known) {
      for (Known one : known.values()) {
        untold.putIfAbsent(
            one.key(),
            new Known(
                one.key(),
                one.revision(),
                one.status(),
                one.greeting(),
                one.catalogue(),
                one.catalogue() != null));
      }
      known.notifyAll();
    }
  }

  /** The server is gone; nothing more is told of it. */
  public void forget(UpstreamKey key) {
    synchronized (known) {
      known.remove(key);
      untold.remove(key);
    }
  }

  /** Only these servers are left. */
  public void retain(Set<UpstreamKey> keys) {
    synchronized (known) {
      known.keySet().retainAll(keys);
      untold.keySet().retainAll(keys);
    }
  }

  private void tell(Known report) {
    synchronized (known) {
      known.put(report.key(), report);
      untold.put(report.key(), report);
      known.notifyAll();
    }
  }

  private void run() {
    Duration wait = FIRST_WAIT;
    while (true) {
      Known next;
      try {
        next = next();
        if (next == null) {
          return;
        }
        if (send(next)) {
          wait = FIRST_WAIT;
          continue;
        }
        putBack(next);
        Thread.sleep(wait);
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private @Nullable Known next() throws InterruptedException {
    synchronized (known) {
      while (untold.isEmpty()) {
        if (closed) {
          return null;
        }
        known.wait();
      }
      if (closed) {
        return null;
      }
      UpstreamKey first = untold.keySet().iterator().next();
      return untold.remove(first);
    }
  }

  private void putBack(Known report) {
    synchronized (known) {
      if (!known.containsKey(report.key())) {
        return;
      }
      Known newer = untold.get(report.key());
      if (newer == null) {
        untold.put(report.key(), report);
      } else if (report.catalogueUntold() && newer.revision() == report.revision()) {
        untold.put(
            report.key(),
            new Known(
                newer.key(),
                newer.revision(),
                newer.status(),
                newer.greeting(),
                newer.catalogue() != null ? newer.catalogue() : report.catalogue(),
                true));
      }
    }
  }

  private boolean send(Known report) {
    try {
      Uni<ReportAck> sent =
          report.catalogueUntold() && report.catalogue() != null
              ? registry.reportCatalogue(catalogueReport(report, report.catalogue()))
              : registry.reportHealth(healthReport(report));
      ReportAck ack = sent.await().atMost(PATIENCE);
      if (!ack.getAccepted()) {
        LOG.log(System.Logger.Level.DEBUG, "registry ignored a report on {0}", report.key());
      }
      return true;
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.DEBUG, "registry did not take a report on {0}: {1}", report.key(), e);
      return false;
    }
  }

  private CatalogueReport catalogueReport(Known report, Catalogue catalogue) {
    CatalogueReport.Builder built =
        CatalogueReport.newBuilder()
            .setContext(context(report.key()))
            .setExecutor(executor)
            .setOwnerEpoch(epoch)
            .setGeneration(++generation)
            .setServer(report.key().server())
            .setServerRevision(report.revision())
            .setStatus(report.status());
    List<ToolDefinition> tools = catalogue.tools();
    List<Offer> resources = catalogue.offers(Kind.RESOURCES);
    List<Offer> templates = catalogue.offers(Kind.TEMPLATES);
    List<Offer> prompts = catalogue.offers(Kind.PROMPTS);
    built
        .setToolsUnread(tools == null)
        .addAllTools(tools == null ? List.of() : tools)
        .setResourcesUnread(resources == null)
        .addAllResources(resources == null ? List.of() : resources)
        .setResourceTemplatesUnread(templates == null)
        .addAllResourceTemplates(templates == null ? List.of() : templates)
        .setPromptsUnread(prompts == null)
        .addAllPrompts(prompts == null ? List.of() : prompts);
    Greeting greeting = report.greeting();
    if (greeting != null) {
      built
          .setInstructions(greeting.instructions())
          .setCapabilities(ByteString.copyFrom(greeting.capabilities()));
    }
    return built.build();
  }

  private HealthReport healthReport(Known report) {
    return HealthReport.newBuilder()
        .setContext(context(report.key()))
        .setExecutor(executor)
        .setOwnerEpoch(epoch)
        .setGeneration(++generation)
        .setServer(report.key().server())
        .setServerRevision(report.revision())
        .setStatus(report.status())
        .build();
  }

  private static dev.sallyport.proto.common.v1.CallContext context(UpstreamKey key) {
    return CallContexts.toProto(CallContext.ofService(Peer.EXECUTOR, key.tenant()));
  }

  private static ServerStatus status(UpstreamState state, @Nullable Greeting greeting) {
    ServerStatus.Builder status =
        ServerStatus.newBuilder()
            .setHealth(state.health())
            .setReason(state.reason())
            .setSinceMillis(state.since().toEpochMilli());
    if (greeting != null) {
      status
          .setProtocolVersion(greeting.version().text())
          .setEra(
              greeting.version().era() == Era.MODERN
                  ? dev.sallyport.proto.common.v1.Era.ERA_MODERN
                  : dev.sallyport.proto.common.v1.Era.ERA_LEGACY)
          .setServerInfo(ByteString.copyFrom(greeting.serverInfo()));
    }
    return status.build();
  }

  @Override
  public void close() {
    synchronized (known) {
      closed = true;
      known.notifyAll();
    }
  }
}
