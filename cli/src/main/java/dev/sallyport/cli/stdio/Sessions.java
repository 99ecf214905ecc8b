package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The client's session. When the gateway has lost it, another one is opened with what the client
 * said when it opened its own, and the client never learns. Any thread.
 */
final class Sessions {

  /** How long the gateway may take for what it answers at once. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration FOR_GOODBYE = Duration.ofSeconds(2);

  /** Whether there is a session in the place of one that is gone. */
  sealed interface Renewal {

    record Renewed(Session session) implements Renewal {}

    record Failed(BridgeError error) implements Renewal {}
  }

  private final GatewayLink link;
  private final Notes notes;
  private final ReentrantLock renewing = new ReentrantLock();
  private final Map<String, byte[]> standing = new LinkedHashMap<>();
  private volatile @Nullable Session current;
  private volatile byte @Nullable [] initialize;
  private volatile boolean initialized;

  Sessions(GatewayLink link, Notes notes) {
    this.link = link;
    this.notes = notes;
  }

  @Nullable Session current() {
    return current;
  }

  /** The headers of a message of the client's session. */
  static Map<String, String> headers(@Nullable Session session) {
    return session == null ? Map.of() : session.headers();
  }

  /** The client opens a session; an earlier one is over. */
  void opening(byte[] message) {
    end();
    initialize = message;
    initialized = false;
    synchronized (standing) {
      standing.clear();
    }
  }

  void opened(Session session) {
    current = session;
  }

  void initialized() {
    initialized = true;
  }

  /**
   * Keeps what the client asked for as long as the session lasts, which another session has to be
   * asked for again.
   */
  void remember(Frame.Request request, byte[] message) {
    String uri = request.params().uri();
    synchronized (standing) {
      switch (request.method()) {
        case Methods.SET_LEVEL -> standing.put(Methods.SET_LEVEL, message);
        case Methods.RESOURCES_SUBSCRIBE -> standing.put("uri " + uri, message);
        case Methods.RESOURCES_UNSUBSCRIBE -> standing.remove("uri " + uri);
        default -> {}
      }
    }
  }

  /** Opens another session in the place of one that is gone, unless somebody has done so. */
  Renewal renew(Session gone) {
    renewing.lock();
    try {
      Session now = current;
      byte[] message = initialize;
      if (now != null && !now.equals(gone)) {
        return new Renewal.Renewed(now);
      }
      if (now == null || message == null) {
        return new Renewal.Failed(
            new BridgeError(BridgeError.TRANSPORT, "The session is gone; send initialize again."));
      }
      return switch (Delivery.own(link.post(new Ticket(), message, Map.of(), PATIENCE))) {
        case OwnAnswer.Failed(BridgeError error) -> new Renewal.Failed(error);
        case OwnAnswer.Result result -> {
          Session session =
              Session.of(result.response(), result.http().header(McpHeaders.SESSION_ID));
          if (initialized) {
            restore(session);
          }
          current = session;
          notes.say("the gateway had ended the session; another one is open.");
          yield new Renewal.Renewed(session);
        }
      };
    } finally {
      renewing.unlock();
    }
  }

  private void restore(Session session) {
    List<byte[]> messages = new ArrayList<>();
    messages.add(FrameBytes.notification(Methods.INITIALIZED, null));
    synchronized (standing) {
      messages.addAll(standing.values());
    }
    for (byte[] message : messages) {
      if (link.post(new Ticket(), message, session.headers(), PATIENCE)
          instanceof GatewayLink.Answered answered) {
        answered.close();
      }
    }
  }

  /** Ends the session at the gateway. */
  void end() {
    Session session = current;
    current = null;
    if (session != null
        && session.id() != null
        && link.delete(session.headers(), FOR_GOODBYE) instanceof GatewayLink.Answered answered) {
      answered.close();
    }
  }
}
