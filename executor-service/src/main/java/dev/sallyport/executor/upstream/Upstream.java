package dev.sallyport.executor.upstream;

import dev.sallyport.executor.upstream.TransportFailure.Delivery;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.ParamHeaders;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One upstream for as long as its definition stays the same. Its own virtual thread connects, reads
 * the catalogue, waits and connects again; callers read {@link #state()} and go past it.
 */
public final class Upstream {

  private static final System.Logger LOG = System.getLogger(Upstream.class.getName());

  /** A server that floods us with list changes has its list read this often. */
  static final Duration BETWEEN_LISTS = Duration.ofMillis(250);

  /** A connection that lived so long was a working one: the next back-off begins anew. */
  private static final Duration WORKING = Duration.ofSeconds(10);

  private record Waiter(@Nullable Connection old, CompletableFuture<UpstreamState.Usable> future) {}

  private enum Signal {
    TOOLS_CHANGED,
    OFFERS_READ,
    LOST,
    SUSPECT,
    STOP
  }

  private final ServerSpec spec;
  private final UpstreamLimits limits;
  private final UpstreamReports reports;
  private final Connector connector;
  private final CatalogueReader catalogues;
  private final OfferReader offerReader;
  private final Backoff backoff;
  private final InstantSource clock;
  private final Breaker breaker;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final AtomicBoolean listWanted = new AtomicBoolean();
  private final AtomicBoolean suspected = new AtomicBoolean();
  private final AtomicInteger running = new AtomicInteger();
  private final OwnConnections own;
  private final ResourceWatches watches;
  private final Object waiting = new Object();
  private final List<Waiter> waiters = new ArrayList<>();
  private volatile UpstreamState state;
  private volatile boolean stopped;
  private volatile Map<String, ParamHeaders> paramHeaders = Map.of();
  private volatile @Nullable Greeting lastGreeting;
  private volatile @Nullable OfferReads offers;

  // Touched by the upstream's own thread only.
  private Catalogue catalogue = Catalogue.UNREAD;
  private String toolsProblem = "";
  private boolean unanswered;

  Upstream(
      ServerSpec spec,
      UpstreamLimits limits,
      UpstreamReports reports,
      InstantSource clock,
      Breaker breaker,
      java.util.function.Function<Runnable, Connector> connectorTelling) {
    this.spec = spec;
    this.limits = limits;
    this.reports = reports;
    this.clock = clock;
    this.breaker = breaker;
    this.connector = connectorTelling.apply(this::toolsChanged);
    this.own = new OwnConnections(connector, limits.mostOwn(), limits.ownIdle());
    this.watches = new ResourceWatches(spec.key());
    this.catalogues = new CatalogueReader(limits);
    this.offerReader = new OfferReader(limits);
    this.backoff = new Backoff(limits.firstBackoff(), limits.longestBackoff());
    this.state = new UpstreamState.Connecting(clock.instant(), 0);
  }

  void start() {
    Thread.ofVirtual().name("upstream-" + spec.key()).start(this::run);
  }

  public ServerSpec spec() {
    return spec;
  }

  public UpstreamState state() {
    return state;
  }

  /**
   * Completes when calls can be made on a connection other than {@code old}; at once if they can be
   * now. Fails with a TimeoutException after {@code patience}.
   */
  public CompletableFuture<UpstreamState.Usable> whenUsable(
      @Nullable Connection old, Duration patience) {
    CompletableFuture<UpstreamState.Usable> future = new CompletableFuture<>();
    Waiter waiter = new Waiter(old, future);
    synchronized (waiting) {
      if (state instanceof UpstreamState.Usable now && now.connection() != old) {
        return CompletableFuture.completedFuture(now);
      }
      waiters.add(waiter);
    }
    return future
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (now, late) -> {
              synchronized (waiting) {
                waiters.remove(waiter);
              }
            });
  }

  /**
   * A connection for one call of this client.
   *
   * @param usable the state of now
   * @return fails with {@link RequestFailed}, nothing sent
   */
  public CompletableFuture<Lease> lease(UpstreamState.Usable usable, ClientSide client) {
    if (isShared(usable, client)) {
      return CompletableFuture.completedFuture(Lease.shared(usable.connection()));
    }
    Era era = usable.greeting().version().era();
    // Messages of a session are its own whichever call they belong to; a modern client's are not.
    boolean alone = client.isModern() && !usable.connection().transport().tellsOrigin();
    return own.lease(
        client.owner(spec.isolation()), client.session(), client.capabilities(), era, alone);
  }

  /** Whether a call of this client is made on the connection that all share. */
  public boolean isShared(UpstreamState.Usable usable, ClientSide client) {
    if (spec.isolation() != Isolation.SHARED) {
      return false;
    }
    if (client.wantsLog() && !usable.connection().transport().tellsOrigin()) {
      // A log message does not say to which request it belongs, in neither era.
      return false;
    }
    // In the modern era capabilities go with each request.
    return usable.greeting().version().era() == Era.MODERN || client.capabilities().length == 0;
  }

  /** The connections that belong to callers and sessions. */
  OwnConnections own() {
    return own;
  }

  /** Who wants to hear of changes of resources. */
  public ResourceWatches watches() {
    return watches;
  }

  /** Takes a place for a call; false when the upstream has as many as it may. */
  public boolean enter() {
    int most = spec.maxInFlight() > 0 ? spec.maxInFlight() : limits.maxInFlight();
    while (true) {
      int now = running.get();
      if (now >= most) {
        return false;
      }
      if (running.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives the place back. */
  public void leave() {
    running.decrementAndGet();
  }

  /** Which arguments of a tool are mirrored into headers; none where the transport has none. */
  public ParamHeaders paramHeaders(String tool) {
    return paramHeaders.getOrDefault(tool, ParamHeaders.NONE);
  }

  /** Asked before each call. */
  public Breaker breaker() {
    return breaker;
  }

  public int running() {
    return running.get();
  }

  /** How long one call may take without progress. */
  public Duration callTimeout() {
    return spec.callTimeout().isZero() ? limits.callTimeout() : spec.callTimeout();
  }

  /** A call met what looks like an upstream that is gone; it is checked at once. */
  public void suspect() {
    if (suspected.compareAndSet(false, true)) {
      signals.add(Signal.SUSPECT);
    }
  }

  /** A call showed that the catalogue is not what the upstream has now; it is read again. */
  public void relist() {
    toolsChanged();
  }

  /** Ends the connection when its calls have ended, and everything else now. */
  void stop() {
    stopped = true;
    own.close(limits.longestCall());
    signals.add(Signal.STOP);
  }

  private void toolsChanged() {
    if (offers instanceof OfferReads reads) {
      reads.again();
    }
    if (listWanted.compareAndSet(false, true)) {
      signals.add(Signal.TOOLS_CHANGED);
    }
  }

  private void run() {
    int failures = 0;
    while (!stopped) {
      UpstreamState.Connecting connecting = new UpstreamState.Connecting(clock.instant(), failures);
      enter(connecting);
      UpstreamState ended = connectAndServe(connecting);
      if (stopped) {
        return;
      }
      enter(ended);
      LOG.log(
          System.Logger.Level.INFO,
          "upstream {0} is {1}: {2}",
          spec.key(),
          ended.health(),
          ended.reason());
      switch (ended) {
        case UpstreamState.Down down -> {
          failures = down.failures();
          await(backoff.after(Math.max(1, failures)));
        }
        default -> {
          awaitStop();
          return;
        }
      }
    }
  }

  private UpstreamState connectAndServe(UpstreamState.Connecting connecting) {
    try {
      Connector.Connected connected = connector.connect();
      if (stopped) {
        connected.connection().close("The server was removed.");
        return connecting.down("The server was removed.", clock.instant());
      }
      return serve(connecting, connected);
    } catch (ConnectFailed e) {
      return e.isHopeless()
          ? connecting.quarantined(e.reason(), clock.instant())
          : connecting.down(e.reason(), clock.instant());
    } catch (RuntimeException e) {
      if (stopped) {
        return connecting.down("The server was removed.", clock.instant());
      }
      LOG.log(System.Logger.Level.WARNING, "upstream " + spec.key() + ": unexpected", e);
      return connecting.down("The gateway failed to connect it; see its log.", clock.instant());
    }
  }

  private UpstreamState serve(UpstreamState.Connecting connecting, Connector.Connected connected) {
    Connection connection = connected.connection();
    lastGreeting = connected.greeting();
    long begun = System.nanoTime();
    UpstreamState.Ready ready = connecting.ready(connection, connected.greeting(), clock.instant());
    connection.whenClosed().thenRun(() -> signals.add(Signal.LOST));
    watches.connected(connection);
    OfferReads reads =
        new OfferReads(
            connection,
            connected.greeting(),
            offerReader,
            limits,
            () -> signals.add(Signal.OFFERS_READ));
    catalogue = reads.start(catalogue);
    offers = reads;
    boolean listed = list(ready, reads);
    long nextHealthCheck = healthDeadline(connection);
    long nextList = listed ? Long.MAX_VALUE : deadline(limits.firstBackoff().multipliedBy(5));
    while (!connection.isClosed() && !stopped) {
      Signal signal = poll(Math.min(nextHealthCheck, nextList));
      if (signal == Signal.TOOLS_CHANGED || (signal == null && isPast(nextList))) {
        pause(BETWEEN_LISTS);
        listWanted.set(false);
        nextList =
            list(ready, reads) ? Long.MAX_VALUE : deadline(limits.longestBackoff().dividedBy(2));
      } else if (signal == Signal.OFFERS_READ) {
        report(ready, reads);
      } else if (signal == Signal.SUSPECT || (signal == null && isPast(nextHealthCheck))) {
        checkHealth(connection, ready);
        suspected.set(false);
        nextHealthCheck = healthDeadline(connection);
      }
    }
    String reason = connection.whenClosed().getNow("The server was removed or changed.");
    connection.closeWhenIdle(limits.longestCall());
    boolean worked = System.nanoTime() - begun > WORKING.toNanos();
    return ready.down(reason, worked ? 1 : connecting.failures() + 1, clock.instant());
  }

  /** Reads the tools and reports what is known; the state says whether that worked. */
  private boolean list(UpstreamState.Ready ready, OfferReads reads) {
    CatalogueReader.Result result = catalogues.read(ready.connection(), ready.greeting());
    if (ready.connection().isClosed() || stopped) {
      return true;
    }
    switch (result) {
      case CatalogueReader.Result.Tools(
              List<ToolDefinition> tools,
              Map<String, ParamHeaders> mirrored) -> {
        paramHeaders = mirrored;
        catalogue = catalogue.withTools(tools);
        toolsProblem = "";
      }
      case CatalogueReader.Result.Failed(String reason) -> toolsProblem = reason;
    }
    report(ready, reads);
    return toolsProblem.isEmpty();
  }

  /** Tells what every list was when it was read last, and which could not be read again. */
  private void report(UpstreamState.Ready ready, OfferReads reads) {
    catalogue = reads.into(catalogue);
    List<String> problems = new ArrayList<>(reads.problems());
    if (!toolsProblem.isEmpty()) {
      problems.addFirst(toolsProblem);
    }
    UpstreamState.Usable now =
        problems.isEmpty() ? ready : ready.degraded(String.join(" ", problems), clock.instant());
    state = now;
    reports.catalogue(spec, now, ready.greeting(), catalogue);
    announce(now);
  }

  private void checkHealth(Connection connection, UpstreamState.Ready ready) {
    if (connection.transport().noticesLoss()) {
      return;
    }
    try {
      connection.ask(
          connection.dialect().heartbeat(), connection.dialect().params(""), limits.probe());
      if (unanswered) {
        unanswered = false;
        toolsChanged();
      }
    } catch (RequestFailed e) {
      if (e.failure().delivery() == Delivery.NOT_DELIVERED) {
        connection.retired(e.failure().message());
      } else if (!connection.isClosed()) {
        unanswered = true;
        enter(
            ready.degraded(
                "The server does not answer the gateway's checks: " + e.failure().message(),
                clock.instant()));
      }
    }
  }

  private long healthDeadline(Connection connection) {
    return connection.transport().noticesLoss()
        ? Long.MAX_VALUE
        : deadline(limits.healthInterval());
  }

  private void enter(UpstreamState next) {
    state = next;
    reports.health(spec.key(), spec.revision(), next, lastGreeting);
    announce(next);
  }

  private void announce(UpstreamState next) {
    if (!(next instanceof UpstreamState.Usable now)) {
      return;
    }
    List<Waiter> ready;
    synchronized (waiting) {
      ready = waiters.stream().filter(waiter -> waiter.old() != now.connection()).toList();
    }
    ready.forEach(waiter -> waiter.future().complete(now));
  }

  private static long deadline(Duration from) {
    return System.nanoTime() + from.toNanos();
  }

  private static boolean isPast(long deadline) {
    return deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0;
  }

  /** The next signal; null at the deadline. */
  private @Nullable Signal poll(long deadline) {
    try {
      return deadline == Long.MAX_VALUE
          ? signals.take()
          : signals.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stopped = true;
      return Signal.STOP;
    }
  }

  /** Waits out a back-off; what was signalled meanwhile was about the connection that is gone. */
  private void await(Duration wait) {
    long until = deadline(wait);
    while (!stopped && !isPast(until)) {
      poll(until);
    }
    signals.clear();
    listWanted.set(false);
    suspected.set(false);
    if (stopped) {
      signals.add(Signal.STOP);
    }
  }

  private void awaitStop() {
    while (!stopped) {
      poll(Long.MAX_VALUE);
    }
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      stopped = true;
    }
  }
}
