package dev.sallyport.executor;

import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.exchange.CallMeters;
import dev.sallyport.executor.exchange.Exchange;
import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.executor.upstream.Breaker;
import dev.sallyport.executor.upstream.Catalogue;
import dev.sallyport.executor.upstream.Greeting;
import dev.sallyport.executor.upstream.ServerSpec;
import dev.sallyport.executor.upstream.UpstreamKey;
import dev.sallyport.executor.upstream.UpstreamLimits;
import dev.sallyport.executor.upstream.UpstreamReports;
import dev.sallyport.executor.upstream.UpstreamState;
import dev.sallyport.executor.upstream.Upstreams;
import dev.sallyport.executor.upstream.stdio.WatchedPrograms;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Reservation;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.Http;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.Sse;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The executor's feature layer with real connections, without gRPC, for one test. */
public final class ExecutorUnderTest implements AutoCloseable, UpstreamReports {

  public static final String TENANT = "acme";
  public static final String OTHER_TENANT = "globex";
  public static final Duration SOON = Duration.ofSeconds(30);

  public static final UpstreamLimits LIMITS =
      new UpstreamLimits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          64,
          16 * 1024 * 1024,
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          20,
          1000,
          8 * 1024 * 1024,
          8,
          Duration.ofMinutes(1),
          Duration.ofSeconds(4));

  /** What was reported last of a server. */
  public record Reported(UpstreamState state, @Nullable Greeting greeting, Catalogue lists) {

    public List<ToolDefinition> tools() {
      List<ToolDefinition> tools = lists.tools();
      return tools == null ? List.of() : tools;
    }

    /** Those of the list, the quarantined ones included; none as long as it was not read. */
    public List<Offer> offers(Kind kind) {
      List<Offer> offers = lists.offers(kind);
      return offers == null ? List.of() : offers;
    }

    public List<String> offered(Kind kind) {
      return offers(kind).stream()
          .filter(offer -> offer.getQuarantineReason().isEmpty())
          .map(Offer::getName)
          .toList();
    }

    /** The greeting of a server that has greeted. */
    public Greeting greeted() {
      return java.util.Objects.requireNonNull(greeting);
    }

    public List<String> toolNames() {
      return tools().stream().map(ToolDefinition::getName).toList();
    }

    public ToolDefinition tool(String name) {
      return tools().stream().filter(t -> t.getName().equals(name)).findFirst().orElseThrow();
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final ProcessWatcher watcher;
  private final Upstreams upstreams;
  private final Exchanges exchanges;
  private final Map<UpstreamKey, Reported> reported = new ConcurrentHashMap<>();
  private final List<String> healthHistory = new CopyOnWriteArrayList<>();

  public ExecutorUnderTest(Path runFolder) throws IOException {
    this(runFolder, LIMITS, Map.of());
  }

  public ExecutorUnderTest(Path runFolder, UpstreamLimits limits, Map<String, String> environment)
      throws IOException {
    this.watcher = ProcessWatcher.start(runFolder);
    this.upstreams =
        new Upstreams(
            vertx,
            limits,
            new WatchedPrograms(() -> watcher, limits.maxAnswer()),
            Secrets.of(environment),
            this,
            () -> Breaker.CLOSED);
    this.exchanges = new Exchanges(upstreams, limits, CallMeters.NONE);
  }

  public Upstreams upstreams() {
    return upstreams;
  }

  public Exchanges exchanges() {
    return exchanges;
  }

  public static ServerDefinition.Builder server(String name) {
    return ServerDefinition.newBuilder()
        .setTenant(TENANT)
        .setName(name)
        .setRevision(1)
        .setEnabled(true)
        .setProtocolVersion("auto")
        .setIsolation("shared");
  }

  public static ServerDefinition stdio(String name, List<String> command) {
    return server(name)
        .setStdio(
            Stdio.newBuilder()
                .setCommand(command.getFirst())
                .addAllArgs(command.subList(1, command.size())))
        .build();
  }

  public static ServerDefinition http(String name, String url) {
    return server(name).setHttp(Http.newBuilder().setUrl(url)).build();
  }

  public static ServerDefinition sse(String name, String url) {
    return server(name).setSse(Sse.newBuilder().setUrl(url)).build();
  }

  /** Adds a server and waits until its tools were reported. */
  public Reported connect(ServerDefinition definition) {
    upstreams.put(definition);
    return awaitHealth(definition.getName(), Health.HEALTH_READY);
  }

  public Reported awaitHealth(String server, Health health) {
    UpstreamKey key = new UpstreamKey(TENANT, server);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              Reported now = reported.get(key);
              return now != null && now.state().health() == health;
            });
    return reported(server);
  }

  public Reported reported(String server) {
    return java.util.Objects.requireNonNull(reported.get(new UpstreamKey(TENANT, server)));
  }

  public List<String> healthHistory() {
    return healthHistory;
  }

  /** Calls a tool as a modern client would, and waits for the end. */
  public RecordingSink call(String server, String tool, String arguments) {
    RecordingSink sink = new RecordingSink();
    open(server, tool, request("1", tool, arguments, ""), sink, 30_000);
    sink.awaitEnd();
    return sink;
  }

  public static String request(String id, String tool, String arguments, String meta) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + (meta.isEmpty() ? "" : ",\"_meta\":{" + meta + "}")
        + "}}";
  }

  public Exchange open(
      String server, String tool, String frame, RecordingSink sink, long timeoutMillis) {
    Buffer bytes = Buffer.buffer(frame.getBytes(StandardCharsets.UTF_8));
    return exchanges.open(
        context().withDeadline(Duration.ofMillis(timeoutMillis)),
        header(server, tool, bytes.length()).build(),
        bytes,
        sink);
  }

  public static CallContext context() {
    return new CallContext(
        TENANT, "vk_test", Peer.EDGE, CallId.next(), null, Long.MAX_VALUE, null, null);
  }

  public static Open.Builder header(String server, String tool, int length) {
    return Open.newBuilder()
        .setServer(server)
        .setMethod("tools/call")
        .setFrameName(tool)
        .setUpstreamName(tool)
        .setClientEra(Era.ERA_MODERN)
        .setClientProtocolVersion("2026-07-28")
        .setFrameLength(length)
        .setReservation(
            Reservation.newBuilder().setId(CallId.next().toString()).setValidMillis(60_000));
  }

  @Override
  public void catalogue(
      ServerSpec spec, UpstreamState state, Greeting greeting, Catalogue catalogue) {
    healthHistory.add(spec.key().server() + ":" + state.health());
    reported.put(spec.key(), new Reported(state, greeting, catalogue));
  }

  @Override
  public void health(
      UpstreamKey key, long revision, UpstreamState state, @Nullable Greeting lastGreeting) {
    healthHistory.add(key.server() + ":" + state.health());
    reported.compute(
        key,
        (k, before) ->
            new Reported(state, lastGreeting, before == null ? Catalogue.UNREAD : before.lists()));
  }

  @Override
  public void close() {
    upstreams.close();
    exchanges.close();
    watcher.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
