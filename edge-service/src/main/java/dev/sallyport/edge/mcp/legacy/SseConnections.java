package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.Authentication;
import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.session.EdgeMail;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP+SSE for clients of 2024-11-05: one event stream for everything that the gateway says, whose
 * first event names the address to POST to. The stream is the session: when it ends, so does that.
 * Messages may come in at any edge; they are passed on to the one that has the stream.
 */
@Singleton
public class SseConnections {

  private final Vertx vertx;
  private final Callers callers;
  private final LegacyEndpoint endpoint;
  private final SessionStreams streams;
  private final Sessions sessions;
  private final SessionRequests requests;
  private final EdgeMail mail;
  private final McpSettings settings;
  private final Map<UUID, Connection> connections = new ConcurrentHashMap<>();

  SseConnections(
      Vertx vertx,
      Callers callers,
      LegacyEndpoint endpoint,
      SessionStreams streams,
      Sessions sessions,
      SessionRequests requests,
      EdgeMail mail,
      McpSettings settings,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.callers = callers;
    this.endpoint = endpoint;
    this.streams = streams;
    this.sessions = sessions;
    this.requests = requests;
    this.mail = mail;
    this.settings = settings;
    meters.gaugeMapSize("sallyport.edge.streams.open", Tags.of("era", "http+sse"), connections);
  }

  void start(@Observes StartupEvent event) {
    mail.onLetter(
        letter -> {
          if (letter instanceof EdgeMail.Post post) {
            Connection connection = connections.get(post.session());
            if (connection != null && connection.isOf(post.tenant(), post.keyId())) {
              connection.take(post.frame());
            }
          }
        });
    vertx.setPeriodic(
        settings.keepAlive().toMillis(),
        ignored ->
            connections.values().forEach(one -> one.stream.run(() -> one.stream.keepAlive())));
  }

  /**
   * GET: opens the stream.
   *
   * @param path where messages are to be sent, without the connection
   */
  public void open(McpRequest request, String path) {
    UUID id = UUID.randomUUID();
    Connection connection = new Connection(id, request);
    connections.put(id, connection);
    request.reply().onGone(connection::leave);
    request.reply().endpoint(path + "?connection=" + mail.self() + '.' + id);
  }

  /**
   * POST: takes a message.
   *
   * @param name the connection, as the endpoint event named it
   * @return the HTTP status of the answer
   */
  public Future<Integer> post(McpRequest request, @Nullable String name, byte[] frame) {
    int dot = name == null ? -1 : name.indexOf('.');
    if (name == null || dot < 0) {
      return Future.succeededFuture(400);
    }
    UUID id;
    try {
      id = UUID.fromString(name.substring(dot + 1));
    } catch (IllegalArgumentException e) {
      return Future.succeededFuture(404);
    }
    String tenant = request.profile().tenant();
    String keyId = request.profile().keyId();
    Connection here = connections.get(id);
    if (here != null) {
      boolean mine = here.isOf(tenant, keyId);
      if (mine) {
        here.take(frame);
      }
      return Future.succeededFuture(mine ? 202 : 404);
    }
    String edge = name.substring(0, dot);
    if (edge.equals(mail.self())) {
      return Future.succeededFuture(404);
    }
    return mail.send(edge, new EdgeMail.Post(tenant, id, keyId, frame))
        .map(heard -> heard ? 202 : 404)
        .recover(failure -> Future.succeededFuture(503));
  }

  private final class Connection {

    private final UUID id;
    private final McpRequest opened;
    private final Reply stream;
    private volatile AccessProfile profile;
    private volatile @Nullable String session;

    Connection(UUID id, McpRequest opened) {
      this.id = id;
      this.opened = opened;
      this.stream = opened.reply();
      this.profile = opened.profile();
    }

    boolean isOf(String tenant, String keyId) {
      return opened.profile().tenant().equals(tenant) && opened.profile().keyId().equals(keyId);
    }

    /**
     * The stream may have been open for days: what its caller may use is what it may use now. Where
     * that cannot be said the message is refused on its way, like any of a caller of before.
     */
    void take(byte[] message) {
      if (callers.isCurrent(profile)) {
        handle(message);
        return;
      }
      callers
          .again(profile, opened.credential())
          .onComplete(
              done -> {
                if (done.result() instanceof Authentication.Authenticated(AccessProfile now)) {
                  AccessProfile here = now.likewise(profile);
                  profile = here == null ? profile : here;
                }
                handle(message);
              });
    }

    private void handle(byte[] message) {
      stream.run(
          () -> {
            switch (FrameScanner.scan(message)) {
              case ScanResult.Scanned(Frame frame) -> {
                endpoint.handle(request(new OneReply(this, false)), frame);
                if (frame instanceof Frame.Notification notification
                    && notification.method().equals(Methods.INITIALIZED)) {
                  listen();
                }
              }
              case ScanResult.Malformed malformed ->
                  stream.message(FrameBytes.errorWithNullId(malformed.code(), malformed.message()));
            }
          });
    }

    /** What no request asked for comes on the one stream, too. */
    private void listen() {
      String known = session;
      if (known != null) {
        McpRequest request = request(new OneReply(this, true));
        sessions
            .find(profile, known)
            .onSuccess(
                found -> found.ifPresent(open -> stream.run(() -> streams.open(request, open))));
      }
    }

    private McpRequest request(Reply reply) {
      String known = session;
      return new McpRequest(
          profile,
          opened.credential(),
          opened.server(),
          name ->
              switch (name) {
                case McpHeaders.SESSION_ID -> known == null ? List.of() : List.of(known);
                case McpHeaders.USER_AGENT -> opened.headers().all(name);
                default -> List.of();
              },
          Map.of(),
          reply);
    }

    private void leave() {
      connections.remove(id);
      String known = session;
      if (known != null) {
        sessions.find(opened.profile(), known).onSuccess(found -> found.ifPresent(this::end));
      }
    }

    private void end(Session open) {
      sessions.end(open).onComplete(done -> requests.ended(open));
    }
  }

  /** The reply to one message: what it says goes out on the connection's stream. */
  private static final class OneReply implements Reply {

    private final Connection connection;
    private final Reply stream;
    private final boolean standing;

    /**
     * @param standing for what no request asked for: when that ends, so does the connection
     */
    OneReply(Connection connection, boolean standing) {
      this.standing = standing;
      this.connection = connection;
      this.stream = connection.stream;
    }

    @Override
    public Reply header(String name, String value) {
      if (name.equals(McpHeaders.SESSION_ID)) {
        connection.session = value;
      }
      return this;
    }

    @Override
    public void answer(int status, Buffer json) {
      HeapBytes bytes = HeapBytes.of(json);
      stream.message(
          Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length()));
    }

    @Override
    public void empty(int status) {
      // The POST was answered when it came in.
    }

    @Override
    public void message(byte[] json, @Nullable String id) {
      // Nobody resumes here: the end of the stream is the end of the session.
      stream.message(json);
    }

    @Override
    public void prime(String id, Duration retry) {
      // These clients take every event for a message.
    }

    @Override
    public void keepAlive() {
      // The stream is kept open as a whole.
    }

    @Override
    public void close() {
      if (standing) {
        connection.leave();
        stream.close();
      }
    }

    @Override
    public boolean isStream() {
      return true;
    }

    @Override
    public void onGone(Runnable action) {
      stream.onGone(action);
    }

    @Override
    public void endpoint(String address) {
      stream.endpoint(address);
    }

    @Override
    public void run(Runnable action) {
      stream.run(action);
    }
  }
}
