package dev.sallyport.executor.upstream;

import dev.sallyport.executor.upstream.http.PooledConnections;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All upstreams of this executor. Definitions come from the registry's watch stream and nowhere
 * else. Reading is lock-free; changes are made one at a time.
 */
public final class Upstreams implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Upstreams.class.getName());

  /** How often connections that nobody uses are looked for. */
  private static final Duration SWEEP = Duration.ofSeconds(5);

  private record Running(
      ServerDefinition definition, @Nullable Upstream upstream, @Nullable HttpClient client) {}

  private final Vertx vertx;
  private final UpstreamLimits limits;
  private final StdioPrograms programs;
  private final Secrets secrets;
  private final UpstreamReports reports;
  private final Supplier<Breaker> breakers;
  private final InstantSource clock = InstantSource.system();
  private final Map<UpstreamKey, Running> running = new ConcurrentHashMap<>();
  private boolean closed;

  /**
   * @param breakers makes the breaker of one upstream
   */
  public Upstreams(
      Vertx vertx,
      UpstreamLimits limits,
      StdioPrograms programs,
      Secrets secrets,
      UpstreamReports reports,
      Supplier<Breaker> breakers) {
    this.vertx = vertx;
    this.limits = limits;
    this.programs = programs;
    this.secrets = secrets;
    this.reports = reports;
    this.breakers = breakers;
    vertx.setPeriodic(
        SWEEP.toMillis(), ignored -> all().forEach(upstream -> upstream.own().sweep()));
  }

  /** The upstream of this name; null if there is none or it is disabled. */
  public @Nullable Upstream find(String tenant, String server) {
    Running found = running.get(new UpstreamKey(tenant, server));
    return found == null ? null : found.upstream();
  }

  /**
   * A legacy session has ended: so do its connections.
   *
   * @return how many there were
   */
  public int endSession(String tenant, String session) {
    return ofTenant(tenant).stream().mapToInt(upstream -> upstream.own().endSession(session)).sum();
  }

  /**
   * Passes a notification of a client on, where its session has a connection.
   *
   * @param server empty: all servers
   * @param frame the notification as it came
   * @return to how many connections
   */
  public int notify(String tenant, String session, String server, byte[] frame, String method) {
    int count = 0;
    for (Upstream upstream : ofTenant(tenant)) {
      if (server.isEmpty() || upstream.spec().key().server().equals(server)) {
        for (Connection connection : upstream.own().ofSession(session)) {
          connection.transport().send(Outgoing.of(frame, method), null);
          count++;
        }
      }
    }
    return count;
  }

  private List<Upstream> ofTenant(String tenant) {
    return all().stream()
        .filter(upstream -> upstream.spec().key().tenant().equals(tenant))
        .toList();
  }

  public Collection<Upstream> all() {
    return running.values().stream().map(Running::upstream).filter(u -> u != null).toList();
  }

  /** A definition is there, new or changed. One of the same revision changes nothing. */
  public synchronized void put(ServerDefinition definition) {
    UpstreamKey key = new UpstreamKey(definition.getTenant(), definition.getName());
    Running before = running.get(key);
    if (closed || (before != null && before.definition().equals(definition))) {
      return;
    }
    if (before != null && before.definition().getRevision() > definition.getRevision()) {
      return;
    }
    stop(before);
    if (!definition.getEnabled()) {
      running.put(key, new Running(definition, null, null));
      return;
    }
    switch (ServerSpec.of(definition)) {
      case ServerSpec.Usable(ServerSpec spec) -> {
        HttpClient client = spec.wire() instanceof ServerSpec.Stdio ? null : client(spec);
        Upstream upstream =
            new Upstream(
                spec,
                limits,
                reports,
                clock,
                breakers.get(),
                toolsChanged ->
                    new Connector(
                        spec,
                        limits,
                        programs,
                        new ResolvedSecrets(secrets),
                        vertx,
                        client,
                        toolsChanged));
        running.put(key, new Running(definition, upstream, client));
        upstream.start();
      }
      case ServerSpec.Unusable(String reason) -> {
        LOG.log(System.Logger.Level.WARNING, "upstream {0} is not usable: {1}", key, reason);
        running.put(key, new Running(definition, null, null));
        reports.health(
            key,
            definition.getRevision(),
            new UpstreamState.Quarantined(clock.instant(), reason),
            null);
      }
    }
  }

  /** A definition is gone. */
  public synchronized void remove(UpstreamKey key) {
    stop(running.remove(key));
  }

  /** After a complete snapshot: what is not in it is gone. */
  public synchronized void retain(Set<UpstreamKey> known) {
    for (UpstreamKey key : List.copyOf(running.keySet())) {
      if (!known.contains(key)) {
        remove(key);
      }
    }
  }

  private void stop(@Nullable Running before) {
    if (before == null || before.upstream() == null) {
      return;
    }
    before.upstream().stop();
    HttpClient client = before.client();
    if (client != null) {
      // Calls that run are let finish; a call cannot last longer.
      vertx.setTimer(limits.longestCall().toMillis(), fired -> client.close());
    }
  }

  private HttpClient client(ServerSpec spec) {
    int calls = spec.maxInFlight() > 0 ? spec.maxInFlight() : limits.maxInFlight();
    return PooledConnections.open(vertx, calls + 8, limits.keepAlive());
  }

  /** Ends all connections and programs. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Running one : running.values()) {
      Upstream upstream = one.upstream();
      if (upstream != null) {
        upstream.stop();
        if (upstream.state() instanceof UpstreamState.Usable usable) {
          usable.connection().close("The gateway is stopping.");
        }
      }
    }
    running.clear();
  }
}
