package dev.sallyport.cli.stdio.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Sends requests and keeps connections for the next ones. */
public final class HttpWire implements AutoCloseable {

  /** Gateways and proxies keep an idle connection longer than this. */
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

  private static final int MOST_IDLE = 8;

  private final Deque<Connection> idle = new ArrayDeque<>();
  private boolean closed;

  /**
   * Nothing is sent before {@link HttpExchange#send}.
   *
   * @param written run when the request has left or will not leave any more, maybe twice
   */
  public HttpExchange exchange(HttpCall call, Runnable written) {
    return new HttpExchange(this, call, written);
  }

  /** A connection that was kept and is still good, else a new one. */
  Connection connect(Origin origin) throws IOException {
    for (Connection kept = take(origin); kept != null; kept = take(origin)) {
      if (kept.isAlive()) {
        return kept;
      }
      kept.close();
    }
    return Connection.open(origin);
  }

  private synchronized @Nullable Connection take(Origin origin) {
    for (Iterator<Connection> each = idle.iterator(); each.hasNext(); ) {
      Connection kept = each.next();
      boolean old = kept.idleFor(LONGEST_IDLE);
      if (old || kept.origin.equals(origin)) {
        each.remove();
      }
      if (old) {
        kept.close();
      } else if (kept.origin.equals(origin)) {
        return kept;
      }
    }
    return null;
  }

  synchronized void keep(Connection connection) {
    if (closed || idle.size() == MOST_IDLE) {
      connection.close();
      return;
    }
    connection.idle();
    idle.addFirst(connection);
  }

  /** Closes what is idle; exchanges that run go on. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Connection::close);
    idle.clear();
  }
}
