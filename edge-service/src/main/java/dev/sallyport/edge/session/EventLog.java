package dev.sallyport.edge.session;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * The events of legacy response streams, so that a client whose stream broke off can hear the rest
 * from any edge (2025-11-25 basic/transports, "Resumability and Redelivery"). Kept for a while
 * only, sealed.
 */
public interface EventLog {

  /**
   * An event of a stream.
   *
   * @param number from 1, in order
   * @param message JSON-RPC message; empty for the mark after the last
   */
  record Event(int number, byte[] message) {

    public boolean isEnd() {
      return message.length == 0;
    }
  }

  /**
   * Adds an event; events of one stream in the order of their numbers. What cannot be kept is lost
   * for a client that comes back, and for no other.
   */
  void append(String tenant, UUID session, String stream, Event event);

  /**
   * What came after an event.
   *
   * @return empty if there is nothing yet; fails with {@link Gone} when the stream is unknown or
   *     was long ago
   */
  Future<List<Event>> after(String tenant, UUID session, String stream, int number);

  /** Nothing is known of a stream. */
  final class Gone extends Exception {

    private static final long serialVersionUID = 1L;

    public Gone() {
      super("the stream is not kept any more", null, false, false);
    }
  }
}
