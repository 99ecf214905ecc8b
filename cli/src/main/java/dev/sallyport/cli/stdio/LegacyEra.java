package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * 2025-11-25 and earlier: a session, requests in both directions, streams that are taken up again.
 * Told by the thread that reads standard input; works on others.
 */
final class LegacyEra {

  private static final Duration FOR_SENDING = Duration.ofSeconds(5);
  private static final Duration USUAL_RETRY = Duration.ofSeconds(1);
  private static final int MOST_FAILURES = 5;

  private final GatewayLink link;
  private final Delivery delivery;
  private final Sessions sessions;
  private final StandingStream stream;
  private final Work work;
  private final Ending ending;
  private final Notes notes;
  private final Map<String, InFlight> inFlight = new ConcurrentHashMap<>();

  /** Opening the session and the notifications, which keep their order. */
  private CompletableFuture<Void> lane = CompletableFuture.completedFuture(null);

  /** Opening the session, before which nothing else can be sent. */
  private CompletableFuture<Void> opened = lane;

  private boolean used;

  LegacyEra(GatewayLink link, Delivery delivery, Work work, Ending ending, Notes notes) {
    this.link = link;
    this.delivery = delivery;
    this.work = work;
    this.ending = ending;
    this.notes = notes;
    this.sessions = new Sessions(link, notes);
    this.stream = new StandingStream(link, sessions, delivery, ending, notes);
  }

  void request(Frame.Request request) {
    used = true;
    InFlight asked = new InFlight(request);
    if (request.method().equals(Methods.INITIALIZE)) {
      lane = work.after(lane, delivery.answering(asked, () -> initialize(asked)));
      opened = lane;
      return;
    }
    inFlight.put(asked.key(), asked);
    work.after(opened, delivery.answering(asked, () -> ask(asked)));
  }

  void notification(Frame.Notification notification) {
    if (!used) {
      notes.say("a notification came before any request; it is dropped.");
      return;
    }
    byte[] message = notification.whole().bytes(notification.data());
    switch (notification.method()) {
      case Methods.INITIALIZED -> {
        lane = work.after(lane, () -> initialized(message));
        opened = lane;
      }
      case Methods.CANCELLED -> cancel(notification, message);
      default -> lane = work.after(lane, () -> tell(message));
    }
  }

  /** The client's answer to a request of the server. */
  void response(Frame.Response response) {
    byte[] message = response.whole().bytes(response.data());
    work.after(opened, () -> tell(message));
  }

  private void cancel(Frame.Notification notification, byte[] message) {
    Span id = notification.params().requestId();
    InFlight target = id == null ? null : inFlight.get(InFlight.key(notification.data(), id));
    if (target == null) {
      // Answered already.
      return;
    }
    target.cancelled();
    lane =
        work.after(
            lane,
            () -> {
              target.ticket.awaitWritten(FOR_SENDING);
              tell(message);
            });
  }

  private void initialize(InFlight asked) {
    byte[] message = asked.bytes();
    sessions.opening(message);
    GatewayLink.Reply reply = link.post(asked.ticket, message, Map.of(), Sessions.PATIENCE);
    String id =
        reply instanceof GatewayLink.Answered answered
            ? answered.answer().header(McpHeaders.SESSION_ID)
            : null;
    delivery.deliver(
        asked,
        reply,
        frame -> {
          if (frame instanceof Frame.Response response
              && response.result() != null
              && asked.isAnsweredBy(response)) {
            sessions.opened(Session.of(response, id));
          }
          return true;
        },
        null);
  }

  private void initialized(byte[] message) {
    sessions.initialized();
    tell(message);
    if (sessions.current() != null) {
      stream.open(work);
    }
  }

  /** Sends what has no answer. */
  private void tell(byte[] message) {
    Session session = sessions.current();
    GatewayLink.Reply reply = post(new Ticket(), message, session, Sessions.PATIENCE);
    if (session != null
        && isGone(reply, session)
        && sessions.renew(session) instanceof Sessions.Renewal.Renewed(Session next)) {
      reply = post(new Ticket(), message, next, Sessions.PATIENCE);
    }
    switch (reply) {
      case GatewayLink.Answered answered -> {
        try (answered) {
          if (answered.status() / 100 != 2) {
            notes.say("the gateway refused a message (HTTP " + answered.status() + ").");
          }
          Answers.read(
              answered.answer(), data -> delivery.message(data, null, Delivery.Eye.CLOSED));
        }
      }
      case GatewayLink.Failed failed -> notes.say("a message did not reach the gateway.");
      case GatewayLink.Aborted aborted -> {}
    }
  }

  private void ask(InFlight asked) {
    try {
      byte[] message = asked.bytes();
      sessions.remember(asked.request, message);
      Session session = sessions.current();
      GatewayLink.Reply reply = post(asked.ticket, message, session, Duration.ZERO);
      if (session != null && isGone(reply, session)) {
        switch (sessions.renew(session)) {
          case Sessions.Renewal.Renewed(Session next) -> {
            session = next;
            reply = post(asked.ticket, message, next, Duration.ZERO);
          }
          case Sessions.Renewal.Failed(BridgeError error) -> {
            delivery.fail(asked, error);
            return;
          }
        }
      }
      resume(asked, session, delivery.deliver(asked, reply, Delivery.Eye.CLOSED, ""));
    } finally {
      inFlight.remove(asked.key(), asked);
    }
  }

  private GatewayLink.Reply post(
      Ticket ticket, byte[] message, @Nullable Session session, Duration patience) {
    return link.post(ticket, message, Sessions.headers(session), patience);
  }

  /** Whether the session is gone; the reply is then done with. */
  private static boolean isGone(GatewayLink.Reply reply, Session session) {
    if (reply instanceof GatewayLink.Answered answered && session.isGone(answered.status())) {
      answered.close();
      return true;
    }
    return false;
  }

  /** Takes a stream up again until its answer has come (2025-11-25 transports, "Resumability"). */
  private void resume(InFlight asked, @Nullable Session session, Delivery.@Nullable Cut first) {
    Delivery.Cut cut = first;
    Duration retry = USUAL_RETRY;
    int failures = 0;
    while (cut != null && asked.isOpen()) {
      retry = cut.retry().orElse(retry);
      if (!ending.pause(retry.multipliedBy(1L << failures))) {
        return;
      }
      Map<String, String> headers = new LinkedHashMap<>(Sessions.headers(session));
      headers.put(McpHeaders.LAST_EVENT_ID, cut.lastEventId());
      GatewayLink.Reply reply = link.get(asked.ticket, headers);
      if (reply instanceof GatewayLink.Answered answered && Answers.isStream(answered.answer())) {
        failures = 0;
        cut = delivery.deliver(asked, reply, Delivery.Eye.CLOSED, cut.lastEventId());
      } else if (reply instanceof GatewayLink.Answered answered) {
        answered.close();
        failures = MOST_FAILURES;
      } else {
        failures++;
      }
      if (failures == MOST_FAILURES) {
        delivery.fail(asked, BridgeError.broken());
      }
    }
  }

  /** Ends the session, if the client has one. */
  void end() {
    sessions.end();
  }
}
