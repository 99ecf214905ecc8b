package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.protocol.McpHeaders;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The GET stream on which the gateway says what no request asked for (2025-11-25 transports,
 * "Listening for Messages from the Server"): kept open for as long as the client has a session, and
 * taken up again where it ended. One thread of its own.
 */
final class StandingStream {

  private static final Duration USUAL_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

  private final GatewayLink link;
  private final Sessions sessions;
  private final Delivery delivery;
  private final Ending ending;
  private final Notes notes;
  private final AtomicBoolean runs = new AtomicBoolean();
  private final AtomicBoolean renewed = new AtomicBoolean();
  private volatile Ticket ticket = new Ticket();

  /** Only the thread of the stream. */
  private String lastEventId = "";

  private Duration retry = USUAL_RETRY;
  private int failures;

  StandingStream(
      GatewayLink link, Sessions sessions, Delivery delivery, Ending ending, Notes notes) {
    this.link = link;
    this.sessions = sessions;
    this.delivery = delivery;
    this.ending = ending;
    this.notes = notes;
  }

  /** Opens the stream of the current session, in the place of one that is open. */
  void open(Work work) {
    if (runs.compareAndSet(false, true)) {
      work.beside(this::run);
    } else {
      renewed.set(true);
      ticket.cancel();
    }
  }

  private void run() {
    boolean again = true;
    while (again && !ending.hasBegun()) {
      if (renewed.getAndSet(false)) {
        lastEventId = "";
        failures = 0;
      }
      Session session = sessions.current();
      again = session == null || listen(session);
      again &= ending.pause(wait(retry, failures));
    }
    runs.set(false);
  }

  /** What the gateway asks for; longer after failures, up to a limit. */
  private static Duration wait(Duration retry, int failures) {
    Duration grown = retry.multipliedBy(1L << Math.min(failures, 6));
    Duration bounded = grown.compareTo(LONGEST_RETRY) < 0 ? grown : LONGEST_RETRY;
    return retry.compareTo(bounded) < 0 ? bounded : retry;
  }

  /** Whether to come again. */
  private boolean listen(Session session) {
    Ticket mine = new Ticket();
    ticket = mine;
    Map<String, String> headers = new LinkedHashMap<>(session.headers());
    if (!lastEventId.isEmpty()) {
      headers.put(McpHeaders.LAST_EVENT_ID, lastEventId);
    }
    if (!(link.get(mine, headers) instanceof GatewayLink.Answered answered)) {
      failures++;
      return true;
    }
    try (answered) {
      return read(session, answered);
    }
  }

  private boolean read(Session session, GatewayLink.Answered answered) {
    if (Answers.isStream(answered.answer())) {
      failures = 0;
      if (Answers.read(
              answered.answer(), message -> delivery.message(message, null, Delivery.Eye.CLOSED))
          instanceof Answers.Read.Events events) {
        lastEventId = events.lastEventId().isEmpty() ? lastEventId : events.lastEventId();
        retry = events.retry().orElse(retry);
      }
      return true;
    }
    failures++;
    if (session.isGone(answered.status())) {
      // What was seen last is worth saying to the next session too: the gateway tells from it
      // whether the tools have changed in between.
      if (sessions.renew(session) instanceof Sessions.Renewal.Renewed) {
        failures = 0;
      }
      return true;
    }
    if (answered.status() == 405) {
      return false;
    }
    if (answered.status() == 400) {
      lastEventId = "";
    }
    notes.say("the gateway does not open its stream (HTTP " + answered.status() + ").");
    return true;
  }
}
