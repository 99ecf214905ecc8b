package dev.sallyport.executor.upstream;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream: JSON-RPC ids of its own, what is in flight, and who gets what
 * comes back. One that is shared by all callers declares no client capability, answers {@code ping}
 * and refuses every other request of the server; one that belongs to a caller or a session declares
 * what its client can do, and passes the server's requests on to it. Used by many threads at once.
 */
public final class Connection implements Transport.Inbox {

  private static final System.Logger LOG = System.getLogger(Connection.class.getName());

  /** Deeper than a client may send, since a result must pass wherever the edge would take it. */
  private static final int DEPTH = 512;

  private static final byte[] EMPTY = {'{', '}'};

  private final UpstreamKey key;
  private final Limits limits;
  private final Map<Long, Pending> inFlight = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final Runnable toolsChanged;
  private final byte[] capabilities;
  private final AtomicLong unusable = new AtomicLong();
  private volatile @Nullable Transport transport;
  private volatile @Nullable Dialect dialect;
  private volatile Consumer<Frame.Notification> resourceUpdated = notification -> {};
  private int loggingFrom = Integer.MAX_VALUE;

  /** A shared connection. */
  public Connection(UpstreamKey key, UpstreamLimits limits, Runnable toolsChanged) {
    this(key, limits, toolsChanged, new byte[0]);
  }

  /**
   * @param capabilities what the one client behind it can do, a JSON object; empty for a shared one
   */
  Connection(UpstreamKey key, UpstreamLimits limits, Runnable toolsChanged, byte[] capabilities) {
    this.capabilities = capabilities;
    this.key = key;
    this.limits = new Limits(limits.maxAnswer(), DEPTH);
    this.toolsChanged = toolsChanged;
  }

  /** Called once, before anything is sent. */
  public void use(Transport wire) {
    transport = wire;
    if (closed.isDone()) {
      wire.close();
    }
  }

  /** What initialize declares: a JSON object, without members on a shared connection. */
  public byte[] declaredCapabilities() {
    return capabilities.length == 0 ? EMPTY : capabilities;
  }

  /** Told {@code notifications/resources/updated}; its bytes are valid only during the call. */
  void onResourceUpdated(Consumer<Frame.Notification> listener) {
    resourceUpdated = listener;
  }

  /**
   * Has a legacy server send messages of this level and above, if it does not yet (2025-11-25
   * server/utilities/logging).
   *
   * @return completes when the server has answered, with whatever
   */
  public CompletableFuture<Void> logFrom(String level, Duration patience) {
    synchronized (this) {
      int wanted = LogLevels.severity(level);
      if (wanted >= loggingFrom) {
        return CompletableFuture.completedFuture(null);
      }
      loggingFrom = wanted;
    }
    CompletableFuture<Frame.Response> answer = new CompletableFuture<>();
    byte[] params = new JsonWriter().beginObject().member("level", level).endObject().toBytes();
    Pending pending = request(Methods.SET_LEVEL, params, answer);
    return answer
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, failure) -> {
              if (failure instanceof TimeoutException) {
                cancel(pending, "The gateway stopped waiting.");
              }
              return null;
            });
  }

  /** Sends the answer to a request of the server. */
  public void respond(byte[] frame) {
    if (!closed.isDone()) {
      transport().send(Outgoing.of(frame, ""), null);
    }
  }

  /** Called once the era is settled. */
  public void speak(Dialect settled) {
    dialect = settled;
  }

  /**
   * How the upstream wants its messages.
   *
   * @throws IllegalStateException before the handshake
   */
  public Dialect dialect() {
    Dialect settled = dialect;
    if (settled == null) {
      throw new IllegalStateException("no handshake yet");
    }
    return settled;
  }

  public Transport transport() {
    Transport wire = transport;
    if (wire == null) {
      throw new IllegalStateException("no transport yet");
    }
    return wire;
  }

  /** Completes with the reason, a sentence for an operator, when the connection is of no use. */
  public CompletableFuture<String> whenClosed() {
    return closed.copy();
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  public int inFlight() {
    return inFlight.size();
  }

  /** Messages that belonged to nobody: not JSON-RPC, a second answer, an unknown id. */
  public long unusableMessages() {
    return unusable.get();
  }

  /** Takes an id for a request; {@link #send} must follow. */
  public Pending open(Pending.Listener listener) {
    return new Pending(nextId.getAndIncrement(), listener);
  }

  /** Sends the request that {@code pending} stands for. */
  public void send(Pending pending, Outgoing request) {
    inFlight.put(pending.id(), pending);
    if (closed.isDone()) {
      failed(
          pending,
          TransportFailure.notDelivered(
              ErrorCode.UPSTREAM_DOWN, ErrorCode.UPSTREAM_DOWN.message()));
      return;
    }
    transport().send(request, pending);
  }

  public void notify(String method, byte @Nullable [] params) {
    transport().send(Outgoing.of(FrameBytes.notification(method, params), method), null);
  }

  /** Sends a notification and waits until the upstream has it, at most {@code patience}. */
  public void deliver(String method, Duration patience) {
    CompletableFuture<Void> delivered =
        transport().deliver(Outgoing.of(FrameBytes.notification(method, null), method));
    try {
      delivered.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What follows will show whether the upstream is there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Gives a request up in the way of its era: by closing its response stream, or with {@code
   * notifications/cancelled}. Its listener hears nothing more.
   */
  public void cancel(Pending pending, String reason) {
    if (!pending.finish()) {
      return;
    }
    inFlight.remove(pending.id());
    if (pending.sendBegun() && !transport().cancelsByClosing() && !closed.isDone()) {
      byte[] params =
          new JsonWriter()
              .beginObject()
              .member("requestId", pending.id())
              .member("reason", reason)
              .endObject()
              .toBytes();
      notify(Methods.CANCELLED, params);
    }
    pending.release();
  }

  /**
   * Sends a request of the gateway's own and waits for the answer.
   *
   * @param params raw JSON, of the right era
   * @return the answer, with bytes of its own
   * @throws RequestFailed when there is none in time
   */
  public Frame.Response ask(String method, byte[] params, Duration timeout) throws RequestFailed {
    CompletableFuture<Frame.Response> answer = new CompletableFuture<>();
    Pending pending = request(method, params, answer);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      cancel(pending, "The gateway stopped waiting.");
      throw new RequestFailed(
          new TransportFailure(
              ErrorCode.UPSTREAM_TIMEOUT,
              "The server did not answer " + method + " within " + timeout.toSeconds() + " s.",
              TransportFailure.Delivery.UNKNOWN,
              null));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RequestFailed known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      cancel(pending, "The gateway is stopping.");
      Thread.currentThread().interrupt();
      throw new RequestFailed(
          TransportFailure.notDelivered(ErrorCode.CANCELLED, "The gateway is stopping."));
    }
  }

  /**
   * Sends a request of the gateway's own; the future gets the answer or a {@link RequestFailed}.
   */
  public Pending request(String method, byte[] params, CompletableFuture<Frame.Response> answer) {
    Pending pending =
        open(
            new Pending.Listener() {
              @Override
              public void response(Frame.Response response) {
                answer.complete(copy(response));
              }

              @Override
              public void failed(TransportFailure failure) {
                answer.completeExceptionally(new RequestFailed(failure));
              }
            });
    byte[] id = Long.toString(pending.id()).getBytes(StandardCharsets.US_ASCII);
    send(pending, Outgoing.of(FrameBytes.request(id, method, params), method));
    return pending;
  }

  private Frame.Response copy(Frame.Response response) {
    Span whole = response.whole();
    byte[] own = Arrays.copyOfRange(response.data(), whole.start(), whole.end());
    ScanResult again = FrameScanner.scan(own, 0, own.length, limits);
    return (Frame.Response) ((ScanResult.Scanned) again).frame();
  }

  @Override
  public void message(byte[] data, int offset, int length, @Nullable Pending origin) {
    switch (FrameScanner.scan(data, offset, length, limits)) {
      case ScanResult.Malformed malformed -> malformed(data, malformed, origin);
      case ScanResult.Scanned(Frame.Response response) -> response(response, origin);
      case ScanResult.Scanned(Frame.Notification notification) ->
          notification(notification, origin);
      case ScanResult.Scanned(Frame.Request request) -> request(request, origin);
    }
  }

  private void malformed(byte[] data, ScanResult.Malformed malformed, @Nullable Pending origin) {
    Pending target = origin;
    if (target == null && malformed.id() != null) {
      target = ofId(data, malformed.id());
    }
    if (target != null) {
      failed(target, TransportFailure.garbage());
    } else {
      unusable(malformed.message());
    }
  }

  private void response(Frame.Response response, @Nullable Pending origin) {
    if (response.id() == null) {
      // Only an error may lack its id; on a stream of its own it is clear whose it is.
      if (origin != null && take(origin)) {
        origin.listener().response(response);
      } else {
        unusable("An answer without an id.");
      }
      return;
    }
    Pending pending = ofId(response.data(), response.id());
    if (origin != null && pending != origin) {
      failed(origin, TransportFailure.garbage());
      return;
    }
    if (pending == null || !take(pending)) {
      unusable("An answer to a request that is not open.");
      return;
    }
    pending.listener().response(response);
  }

  private void notification(Frame.Notification notification, @Nullable Pending origin) {
    switch (notification.method()) {
      case Methods.PROGRESS -> {
        Span token = notification.params().progressToken();
        Pending owner = token == null ? null : ofId(notification.data(), token);
        if (owner != null && (origin == null || origin == owner) && !owner.isDone()) {
          owner.listener().notification(notification);
        }
      }
      case Methods.TOOLS_LIST_CHANGED,
          Methods.RESOURCES_LIST_CHANGED,
          Methods.PROMPTS_LIST_CHANGED ->
          toolsChanged.run();
      case Methods.RESOURCES_UPDATED -> resourceUpdated.accept(notification);
      case Methods.SUBSCRIPTIONS_ACKNOWLEDGED -> {
        Span subscription = notification.params().meta().subscriptionId();
        Pending owner = subscription == null ? null : ofId(notification.data(), subscription);
        if (owner != null) {
          owner.listener().notification(notification);
        }
      }
      default -> {
        // On a shared stream nobody knows whose it is, and it must not reach the wrong caller.
        Pending owner = origin != null ? origin : ofTheOnlyClient();
        if (owner != null && !owner.isDone()) {
          owner.listener().notification(notification);
        }
      }
    }
  }

  private void request(Frame.Request request, @Nullable Pending origin) {
    Dialect settled = dialect;
    if (settled != null && !settled.answersRequests()) {
      unusable("A request from a server of an era in which servers send none.");
      return;
    }
    Pending asked = origin != null ? origin : ofTheOnlyClient();
    boolean passedOn =
        capabilities.length > 0
            && !request.method().equals(Methods.PING)
            && asked != null
            && !asked.isDone()
            && asked.listener().request(request);
    if (!passedOn) {
      refuse(request);
    }
  }

  /**
   * Where the one client behind this connection is reached now: by its newest request. Null on a
   * shared connection, and while there is none.
   */
  private @Nullable Pending ofTheOnlyClient() {
    if (capabilities.length == 0) {
      return null;
    }
    Pending newest = null;
    for (Pending pending : inFlight.values()) {
      if (newest == null || pending.id() > newest.id()) {
        newest = pending;
      }
    }
    return newest;
  }

  private void refuse(Frame.Request request) {
    Span idSpan = request.id();
    byte[] id = Arrays.copyOfRange(request.data(), idSpan.start(), idSpan.end());
    byte[] answer =
        request.method().equals(Methods.PING)
            ? FrameBytes.result(id, EMPTY)
            : FrameBytes.error(
                id,
                JsonRpcError.METHOD_NOT_FOUND,
                "This client offers no " + safe(request.method()) + ".");
    transport().send(Outgoing.of(answer, ""), null);
  }

  private static String safe(String method) {
    return method.length() <= 64 ? method : method.substring(0, 64);
  }

  @Override
  public void oversized(byte[] head, byte[] tail, @Nullable Pending origin) {
    Pending target = origin;
    if (target == null) {
      target = Oversized.idIn(head, tail).map(inFlight::get).orElse(null);
    }
    if (target == null && inFlight.size() == 1) {
      target = inFlight.values().stream().findFirst().orElse(null);
    }
    if (target == null) {
      unusable("A message larger than " + limits.maxBytes() + " bytes.");
    } else {
      failed(target, TransportFailure.tooLarge());
    }
  }

  @Override
  public void failed(Pending pending, TransportFailure failure) {
    if (take(pending)) {
      pending.listener().failed(failure);
      pending.release();
    }
  }

  @Override
  public void closed(String reason) {
    closed.complete(reason);
    for (Pending pending : inFlight.values()) {
      failed(
          pending,
          pending.sendBegun()
              ? TransportFailure.lost()
              : TransportFailure.notDelivered(
                  ErrorCode.UPSTREAM_DOWN, ErrorCode.UPSTREAM_DOWN.message()));
    }
  }

  @Override
  public void retired(String reason) {
    closed.complete(reason);
  }

  /** Ends the connection once nothing is in flight, at the latest after {@code longest}. */
  public void closeWhenIdle(Duration longest) {
    long until = System.nanoTime() + longest.toNanos();
    Thread.ofVirtual()
        .start(
            () -> {
              while (!inFlight.isEmpty() && System.nanoTime() < until) {
                try {
                  Thread.sleep(50);
                } catch (InterruptedException e) {
                  break;
                }
              }
              close("The connection was replaced.");
            });
  }

  /** Ends the connection; what is in flight is lost. */
  public void close(String reason) {
    Transport wire = transport;
    if (wire != null) {
      wire.close();
    }
    closed(reason);
  }

  private boolean take(Pending pending) {
    inFlight.remove(pending.id());
    return pending.finish();
  }

  private @Nullable Pending ofId(byte[] data, Span span) {
    OptionalLong id = JsonObject.integer(data, span);
    return id.isPresent() ? inFlight.get(id.getAsLong()) : null;
  }

  private void unusable(String what) {
    if (unusable.getAndIncrement() < 20) {
      LOG.log(System.Logger.Level.INFO, "upstream {0}: ignored: {1}", key, what);
    }
  }
}
