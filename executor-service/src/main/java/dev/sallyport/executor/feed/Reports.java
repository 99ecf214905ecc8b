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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells registry what upstreams are like, in order for each upstream, and again until it is heard.
 * Only the newest report of an upstream waits, so that a registry that is away costs no memory.
 *
 * <p>Of several executors one owns a server. The others ask from time to time whether it is still
 * there, with one report for each owner, and tell everything when it is not.
 */
public final class Reports implements UpstreamReports, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Reports.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(3);

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

  /** Who has the servers that another executor owns. */
  private final Map<UpstreamKey, String> owners = new LinkedHashMap<>();

  private long nextAskNanos = System.nanoTime();
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
      known.values().forEach(this::tellAll);
      known.notifyAll();
    }
  }

  private void tellAll(Known one) {
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

  /** The server is gone; nothing more is told of it. */
  public void forget(UpstreamKey key) {
    synchronized (known) {
      known.remove(key);
      untold.remove(key);
      owners.remove(key);
    }
  }

  /** Only these servers are left. */
  public void retain(Set<UpstreamKey> keys) {
    synchronized (known) {
      known.keySet().retainAll(keys);
      untold.keySet().retainAll(keys);
      owners.keySet().retainAll(keys);
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
        if (owners.isEmpty()) {
          known.wait();
        } else if (System.nanoTime() - nextAskNanos < 0) {
          TimeUnit.NANOSECONDS.timedWait(known, nextAskNanos - System.nanoTime());
        } else {
          ask();
        }
      }
      if (closed) {
        return null;
      }
      UpstreamKey first = untold.keySet().iterator().next();
      return untold.remove(first);
    }
  }

  /** One question for each owner: how one of its servers is for us. */
  private void ask() {
    nextAskNanos = System.nanoTime() + ASK_NANOS;
    Set<String> asked = new HashSet<>();
    owners.forEach(
        (key, owner) -> {
          Known one = known.get(key);
          if (one != null && asked.add(owner)) {
            untold.put(
                key,
                new Known(
                    key, one.revision(), one.status(), one.greeting(), one.catalogue(), false));
          }
        });
    owners.keySet().retainAll(known.keySet());
  }

  /** What registry says to a report: the server is ours, or another's who is there. */
  private void heard(UpstreamKey key, ReportAck ack) {
    synchronized (known) {
      if (!ack.getOwner().isEmpty()) {
        if (owners.isEmpty()) {
          nextAskNanos = System.nanoTime() + ASK_NANOS;
        }
        owners.put(key, ack.getOwner());
        return;
      }
      String before = owners.remove(key);
      if (ack.getAccepted() && before != null) {
        LOG.log(
            System.Logger.Level.INFO, "{0} is away; its servers are reported from here", before);
        List<UpstreamKey> left =
            owners.entrySet().stream()
                .filter(entry -> entry.getValue().equals(before))
                .map(Map.Entry::getKey)
                .toList();
        owners.keySet().removeAll(left);
        Stream.concat(Stream.of(key), left.stream())
            .map(known::get)
            .filter(Objects::nonNull)
            .forEach(this::tellAll);
      }
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
      heard(report.key(), ack);
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
