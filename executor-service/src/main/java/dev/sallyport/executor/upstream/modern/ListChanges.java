package dev.sallyport.executor.upstream.modern;

import dev.sallyport.executor.upstream.Connection;
import dev.sallyport.executor.upstream.Greeting;
import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;

/**
 * Keeps a {@code subscriptions/listen} for changes of lists open for as long as its connection
 * lives. When one ends it opens the next and has the lists read again, for what was missed in
 * between.
 */
public final class ListChanges {

  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** A listen that the server has kept for so long was a working one. */
  private static final long WORKING_NANOS = Duration.ofSeconds(10).toNanos();

  private final Connection connection;
  private final String filter;
  private final Runnable changed;

  private ListChanges(Connection connection, String filter, Runnable changed) {
    this.connection = connection;
    this.filter = filter;
    this.changed = changed;
  }

  /** Listens for those changes that the server says it tells; for nothing if there are none. */
  public static void listen(Connection connection, Greeting greeting, Runnable changed) {
    StringJoiner wanted = new StringJoiner(",", "\"notifications\":{", "}");
    wanted.setEmptyValue("");
    for (String list : List.of("tools", "prompts", "resources")) {
      if (greeting.tellsChangesOf(list)) {
        wanted.add("\"" + list + "ListChanged\":true");
      }
    }
    if (wanted.length() > 0) {
      new ListChanges(connection, wanted.toString(), changed).listen(FIRST_WAIT);
    }
  }

  private void listen(Duration waitAfterwards) {
    long begun = System.nanoTime();
    Pending pending =
        connection.open(
            new Pending.Listener() {
              @Override
              public void response(Frame.Response response) {
                if (response.error() == null) {
                  again(begun, waitAfterwards);
                }
                // An error means that it does not offer this after all.
              }

              @Override
              public void failed(TransportFailure failure) {
                if (failure.delivery() == TransportFailure.Delivery.NOT_DELIVERED) {
                  connection.retired(failure.message());
                } else if (failure.delivery() != TransportFailure.Delivery.REFUSED) {
                  again(begun, waitAfterwards);
                }
              }
            });
    byte[] id = Long.toString(pending.id()).getBytes(StandardCharsets.US_ASCII);
    connection.send(
        pending,
        Outgoing.of(
            FrameBytes.request(
                id, Methods.SUBSCRIPTIONS_LISTEN, connection.dialect().params(filter)),
            Methods.SUBSCRIPTIONS_LISTEN));
  }

  private void again(long begun, Duration wait) {
    if (connection.isClosed()) {
      return;
    }
    Duration next =
        System.nanoTime() - begun > WORKING_NANOS
            ? FIRST_WAIT
            : wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0
                ? LONGEST_WAIT
                : wait.multipliedBy(2);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(wait);
              } catch (InterruptedException e) {
                return;
              }
              if (!connection.isClosed()) {
                listen(next);
                changed.run();
              }
            });
  }
}
