package dev.sallyport.executor.upstream;

import dev.sallyport.executor.upstream.TransportFailure.Delivery;
import dev.sallyport.executor.upstream.http.HttpTarget;
import dev.sallyport.executor.upstream.http.StreamableHttp;
import dev.sallyport.executor.upstream.legacy.Handshake;
import dev.sallyport.executor.upstream.legacy.LegacyHttp;
import dev.sallyport.executor.upstream.legacy.SsePair;
import dev.sallyport.executor.upstream.modern.Discovery;
import dev.sallyport.executor.upstream.modern.ListChanges;
import dev.sallyport.executor.upstream.modern.ModernDialect;
import dev.sallyport.executor.upstream.modern.ModernHttp;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connection of one upstream: finds out its era (docs/protocol, "Era detection") and
 * shakes hands. The only place that knows both eras. Blocks; one thread at a time.
 */
final class Connector {

  /** A connection that is ready for calls. */
  record Connected(Connection connection, Greeting greeting) {}

  private static final ProtocolVersion MODERN = ProtocolVersion.LATEST;

  /** How long calls wait at most for the stream on which a legacy server speaks unasked. */
  private static final Duration OPENING = Duration.ofSeconds(1);

  private final ServerSpec spec;
  private final UpstreamLimits limits;
  private final StdioPrograms programs;
  private final ResolvedSecrets secrets;
  private final Vertx vertx;
  private final Runnable toolsChanged;
  private final @Nullable HttpClient client;
  private final byte[] capabilities;

  /** What the last success found; tried first, and forgotten when it fails. */
  private @Nullable Era verdict;

  private boolean diedAtProbe;

  Connector(
      ServerSpec spec,
      UpstreamLimits limits,
      StdioPrograms programs,
      ResolvedSecrets secrets,
      Vertx vertx,
      @Nullable HttpClient client,
      Runnable toolsChanged) {
    this(spec, limits, programs, secrets, vertx, client, toolsChanged, new byte[0]);
  }

  private Connector(
      ServerSpec spec,
      UpstreamLimits limits,
      StdioPrograms programs,
      ResolvedSecrets secrets,
      Vertx vertx,
      @Nullable HttpClient client,
      Runnable toolsChanged,
      byte[] capabilities) {
    this.capabilities = capabilities;
    this.spec = spec;
    this.limits = limits;
    this.programs = programs;
    this.secrets = secrets;
    this.vertx = vertx;
    this.client = client;
    this.toolsChanged = toolsChanged;
  }

  /**
   * Makes connections for one client of this upstream, whose catalogue is read elsewhere.
   *
   * @param declared what the client can do, a JSON object
   * @param known the era that the upstream was found to be of
   */
  Connector forClient(byte[] declared, Era known) {
    byte[] own = declared.length == 0 ? new byte[] {'{', '}'} : declared;
    Connector connector =
        new Connector(spec, limits, programs, secrets, vertx, client, () -> {}, own);
    connector.verdict = known;
    return connector;
  }

  Connected connect() throws ConnectFailed {
    Era known = verdict;
    verdict = null;
    Connected connected =
        switch (spec.wire()) {
          case ServerSpec.Stdio stdio -> stdio(stdio, known);
          case ServerSpec.Http http ->
              http(new HttpTarget(client(), http.url(), secrets.headers(http.headers())), known);
          case ServerSpec.Sse sse ->
              sse(new HttpTarget(client(), sse.url(), secrets.headers(sse.headers())));
        };
    verdict = connected.greeting().version().era();
    return connected;
  }

  private HttpClient client() {
    if (client == null) {
      throw new IllegalStateException("an HTTP upstream needs a client");
    }
    return client;
  }

  private ProtocolVersion legacyOffer() {
    return spec.pinned() != null && spec.pinned().era() == Era.LEGACY
        ? spec.pinned()
        : ProtocolVersion.LATEST_LEGACY;
  }

  // ---- stdio

  private Connected stdio(ServerSpec.Stdio stdio, @Nullable Era known) throws ConnectFailed {
    Connection connection = newConnection();
    connection.use(
        programs.start(spec, stdio, secrets.environment(stdio.environment()), connection));
    try {
      return switch (spec.pinned() == null ? known : spec.pinned().era()) {
        case MODERN -> listening(connection, greetPinned(connection));
        case LEGACY -> initialized(connection);
        case null -> diedAtProbe ? initialized(connection) : probed(connection);
      };
    } catch (RequestFailed e) {
      String reason = closedReason(connection, e);
      connection.close("The handshake failed.");
      throw new ConnectFailed(reason);
    } catch (ConnectFailed e) {
      connection.close("The handshake failed.");
      throw e;
    }
  }

  /** Discover first; whatever is not an answer of a modern server means initialize. */
  private Connected probed(Connection connection) throws ConnectFailed, RequestFailed {
    CompletableFuture<Frame.Response> probe = new CompletableFuture<>();
    connection.request(Methods.DISCOVER, new ModernDialect(MODERN).params(""), probe);
    Discovery discovery = await(probe);
    if (connection.isClosed()) {
      // Some servers die of a method that they do not know; the next start spares them that.
      diedAtProbe = true;
    }
    if (!(discovery instanceof Discovery.NotModern)) {
      return settle(connection, discovery);
    }
    Handshake handshake = Handshake.over(connection, legacyOffer(), limits.start(), v -> {});
    if (handshake instanceof Handshake.Done(Greeting greeting)) {
      return new Connected(connection, greeting);
    }
    // A modern server that was only slow to answer the probe refuses initialize.
    Discovery late = probe.isDone() ? await(probe) : new Discovery.NotModern();
    if (late instanceof Discovery.NotModern) {
      throw new ConnectFailed(reason(handshake));
    }
    return settle(connection, late);
  }

  private Discovery await(CompletableFuture<Frame.Response> probe) throws ConnectFailed {
    try {
      Frame.Response response = probe.get(limits.probe().toMillis(), TimeUnit.MILLISECONDS);
      return Discovery.of(response, MODERN);
    } catch (ExecutionException | TimeoutException e) {
      return new Discovery.NotModern();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectFailed("The gateway is stopping.");
    }
  }

  private Connected settle(Connection connection, Discovery discovery)
      throws ConnectFailed, RequestFailed {
    return switch (discovery) {
      case Discovery.Modern(Greeting greeting) -> listening(connection, greeting);
      case Discovery.AskAgain(ProtocolVersion version) -> {
        Frame.Response response =
            connection.ask(Methods.DISCOVER, new ModernDialect(version).params(""), limits.start());
        if (Discovery.of(response, version) instanceof Discovery.Modern(Greeting greeting)) {
          yield listening(connection, greeting);
        }
        throw new ConnectFailed("The server refuses the protocol revision that it names.", true);
      }
      case Discovery.NamesLegacy ignored -> initialized(connection);
      case Discovery.Incompatible(String reason) -> throw new ConnectFailed(reason, true);
      case Discovery.NotModern ignored ->
          throw new ConnectFailed("The server does not answer server/discover.");
    };
  }

  // ---- Streamable HTTP

  private Connected http(HttpTarget target, @Nullable Era known) throws ConnectFailed {
    Era era = spec.pinned() == null ? known : spec.pinned().era();
    if (era == Era.LEGACY) {
      return legacyHttp(target, spec.pinned() == null);
    }
    Connection connection = newConnection();
    ProtocolVersion version = spec.pinned() != null && era == Era.MODERN ? spec.pinned() : MODERN;
    connection.use(
        new StreamableHttp(vertx, target, new ModernHttp(version), connection, limits.maxAnswer()));
    try {
      if (spec.pinned() != null) {
        return listening(connection, greetPinned(connection));
      }
      Frame.Response response =
          connection.ask(Methods.DISCOVER, new ModernDialect(version).params(""), limits.probe());
      Discovery discovery = Discovery.of(response, version);
      if (discovery instanceof Discovery.NamesLegacy || discovery instanceof Discovery.NotModern) {
        connection.close("The server is of the legacy era.");
        return legacyHttp(target, true);
      }
      return settle(connection, discovery);
    } catch (RequestFailed e) {
      connection.close("The server did not answer.");
      if (isFinal(e.failure())) {
        throw new ConnectFailed(e.failure().message());
      }
      return legacyHttp(target, true);
    } catch (ConnectFailed e) {
      connection.close("The handshake failed.");
      throw e;
    }
  }

  /** Failures that another era would meet just the same. */
  private static boolean isFinal(TransportFailure failure) {
    return failure.delivery() == Delivery.NOT_DELIVERED
        || failure.httpStatus() == 401
        || failure.httpStatus() == 403
        || (failure.httpStatus() >= 300 && failure.httpStatus() < 400)
        || failure.httpStatus() == 429;
  }

  private Connected legacyHttp(HttpTarget target, boolean orEventStream) throws ConnectFailed {
    Connection connection = newConnection();
    LegacyHttp era = new LegacyHttp();
    StreamableHttp transport =
        new StreamableHttp(vertx, target, era, connection, limits.maxAnswer());
    connection.use(transport);
    String reason;
    try {
      Handshake handshake =
          Handshake.over(
              connection, legacyOffer(), limits.start(), version -> era.negotiated(version.text()));
      if (handshake instanceof Handshake.Done(Greeting greeting)) {
        awaitOpen(connection, transport.stand());
        return new Connected(connection, greeting);
      }
      reason = reason(handshake);
    } catch (RequestFailed e) {
      connection.close("The handshake failed.");
      int status = e.failure().httpStatus();
      if (!(status == 400 || status == 404 || status == 405)) {
        throw new ConnectFailed(e.failure().message());
      }
      reason = e.failure().message();
    }
    connection.close("The handshake failed.");
    if (!orEventStream) {
      throw new ConnectFailed(reason);
    }
    try {
      return sse(target);
    } catch (ConnectFailed e) {
      // What the newer transport said is the better explanation.
      throw new ConnectFailed(reason);
    }
  }

  /** What the server says unasked before its stream is open would be lost, or come elsewhere. */
  private static void awaitOpen(Connection connection, CompletableFuture<Void> stream)
      throws ConnectFailed {
    try {
      stream.get(OPENING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Some servers answer the GET only when they have something to say.
    } catch (InterruptedException e) {
      connection.close("The gateway is stopping.");
      Thread.currentThread().interrupt();
      throw new ConnectFailed("The gateway is stopping.");
    }
  }

  // ---- HTTP+SSE

  private Connected sse(HttpTarget target) throws ConnectFailed {
    Connection connection = newConnection();
    SsePair pair = new SsePair(target, connection, limits.maxAnswer());
    connection.use(pair);
    try {
      pair.endpoint().get(limits.start().toMillis(), TimeUnit.MILLISECONDS);
      return initialized(connection);
    } catch (ExecutionException e) {
      connection.close("The handshake failed.");
      Throwable cause = e.getCause();
      throw new ConnectFailed(
          cause instanceof IllegalStateException && cause.getMessage() != null
              ? cause.getMessage()
              : "The server offers no event stream.");
    } catch (TimeoutException e) {
      connection.close("The handshake failed.");
      throw new ConnectFailed("The server named no address within " + limits.start() + ".");
    } catch (RequestFailed e) {
      connection.close("The handshake failed.");
      throw new ConnectFailed(e.failure().message());
    } catch (InterruptedException e) {
      connection.close("The gateway is stopping.");
      Thread.currentThread().interrupt();
      throw new ConnectFailed("The gateway is stopping.");
    }
  }

  // ---- what all have in common

  private Connection newConnection() {
    return new Connection(spec.key(), limits, toolsChanged, capabilities);
  }

  private Connected initialized(Connection connection) throws ConnectFailed, RequestFailed {
    Handshake handshake = Handshake.over(connection, legacyOffer(), limits.start(), v -> {});
    if (handshake instanceof Handshake.Done(Greeting greeting)) {
      return new Connected(connection, greeting);
    }
    throw new ConnectFailed(reason(handshake));
  }

  private static String reason(Handshake handshake) {
    return switch (handshake) {
      case Handshake.Refused(int code) -> "The server refused initialize with error " + code + ".";
      case Handshake.Unusable(String reason) -> reason;
      case Handshake.Done ignored -> "";
    };
  }

  /** A pinned modern server need not know server/discover; it is just used. */
  private Greeting greetPinned(Connection connection) throws RequestFailed {
    ProtocolVersion version = spec.pinned() == null ? MODERN : spec.pinned();
    Frame.Response response =
        connection.ask(Methods.DISCOVER, new ModernDialect(version).params(""), limits.start());
    return Discovery.of(response, version) instanceof Discovery.Modern(Greeting greeting)
        ? greeting
        : new Greeting(version, new byte[0], new byte[0], "");
  }

  private Connected listening(Connection connection, Greeting greeting) {
    connection.speak(new ModernDialect(greeting.version()));
    if (capabilities.length == 0) {
      ListChanges.listen(connection, greeting, toolsChanged);
    }
    return new Connected(connection, greeting);
  }

  private static String closedReason(Connection connection, RequestFailed e) {
    return connection.whenClosed().getNow(e.failure().message());
  }
}
