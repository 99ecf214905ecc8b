package dev.sallyport.cli.stdio;

import dev.sallyport.cli.stdio.http.HttpCall;
import dev.sallyport.cli.stdio.http.HttpExchange;
import dev.sallyport.cli.stdio.http.HttpWire;
import dev.sallyport.cli.stdio.http.Sent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends requests to wherever the gateway is now. Any thread. */
final class GatewayLink {

  static final String EVENT_STREAM = "text/event-stream";

  /**
   * The gateway sends comments more often, so a stream that is silent for so long is a dead one.
   */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

  private static final String EITHER = "application/json, " + EVENT_STREAM;

  /** What became of a request. */
  sealed interface Reply {}

  /** An answer; to be closed when it is read. */
  record Answered(
      HttpExchange exchange, Destination.Known from, Sent.Answered answer, Runnable closed)
      implements Reply, AutoCloseable {

    int status() {
      return answer.status();
    }

    @Override
    public void close() {
      exchange.close();
      closed.run();
    }
  }

  record Failed(BridgeError error) implements Reply {}

  /** It was cancelled, or the bridge ends. */
  record Aborted() implements Reply {}

  private final Destination.Source destination;
  private final Notes notes;
  private final HttpWire wire = new HttpWire();
  private final Set<HttpExchange> running = ConcurrentHashMap.newKeySet();
  private final AtomicReference<String> noted = new AtomicReference<>("");

  GatewayLink(Destination.Source destination, Notes notes) {
    this.destination = destination;
    this.notes = notes;
  }

  Reply post(Ticket ticket, byte[] message, Map<String, String> headers, Duration patience) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/json");
    return send(ticket, "POST", EITHER, all, message, patience);
  }

  Reply get(Ticket ticket, Map<String, String> headers) {
    return send(ticket, "GET", EVENT_STREAM, headers, null, LONGEST_SILENCE);
  }

  Reply delete(Map<String, String> headers, Duration patience) {
    return send(new Ticket(), "DELETE", EITHER, headers, null, patience);
  }

  private Reply send(
      Ticket ticket,
      String method,
      String accept,
      Map<String, String> headers,
      byte @Nullable [] body,
      Duration patience) {
    return switch (destination.now()) {
      case Destination.Unknown unknown -> {
        ticket.written();
        note(unknown.remedy());
        yield new Failed(BridgeError.unknown(unknown));
      }
      case Destination.Known known -> {
        Map<String, String> all = headers(known, accept, headers);
        HttpCall call = new HttpCall(method, known.url(), all, body, patience);
        yield send(ticket, wire.exchange(call, ticket::written), known);
      }
    };
  }

  private static Map<String, String> headers(
      Destination.Known known, String accept, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Accept", accept);
    all.put("User-Agent", "sallyport-stdio");
    if (known.key() != null) {
      all.put("Authorization", "Bearer " + known.key());
    }
    all.putAll(more);
    // A value that no header can hold is left out: the gateway then says what it misses.
    all.values().removeIf(value -> !HttpExchange.isPlain(value));
    return all;
  }

  private Reply send(Ticket ticket, HttpExchange exchange, Destination.Known known) {
    if (!ticket.begin(exchange)) {
      return new Aborted();
    }
    running.add(exchange);
    Sent sent = exchange.send();
    if (sent instanceof Sent.Answered answer) {
      note("connected to " + known.shown() + ".");
      return new Answered(exchange, known, answer, () -> running.remove(exchange));
    }
    running.remove(exchange);
    return switch (sent) {
      case Sent.NotReached(String why) -> {
        note("no gateway answers at " + known.shown() + ": " + why + ".");
        yield new Failed(BridgeError.notReached(known, why));
      }
      case Sent.Aborted aborted -> new Aborted();
      case Sent.Broken broken -> new Failed(BridgeError.broken());
      case Sent.Answered answered -> throw new IllegalStateException();
    };
  }

  /** Says it once, until something else is to be said. */
  private void note(String now) {
    if (!now.equals(noted.getAndSet(now))) {
      notes.say(now);
    }
  }

  /** Breaks off everything that runs. */
  void abortAll() {
    running.forEach(HttpExchange::abort);
  }

  void close() {
    abortAll();
    wire.close();
  }
}
