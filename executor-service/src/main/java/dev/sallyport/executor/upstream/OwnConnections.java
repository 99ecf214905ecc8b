package dev.sallyport.executor.upstream;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.protocol.Era;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one upstream that are not shared by all: each belongs to a caller or a
 * session. They are made when first needed and end when their session does, when nobody has used
 * them for a while, or when one of others needs the room. Any thread.
 */
final class OwnConnections {

  private final Connector connector;
  private final int most;
  private final Duration idle;
  private final List<Own> owned = new ArrayList<>();
  private boolean closed;

  /**
   * @param most connections at once, at least 1
   * @param idle how long one is kept that nobody uses
   */
  OwnConnections(Connector connector, int most, Duration idle) {
    this.connector = connector;
    this.most = most;
    this.idle = idle;
  }

  /**
   * A connection for one call.
   *
   * @param owner who may use it: {@link ClientSide#owner}
   * @param session of the legacy era, by which it is ended; empty for none
   * @param alone no other call may be in flight on it at the same time
   * @return fails with {@link RequestFailed}, nothing sent
   */
  CompletableFuture<Lease> lease(
      String owner, String session, byte[] capabilities, Era era, boolean alone) {
    Own own;
    boolean isNew;
    List<Own> removed = new ArrayList<>();
    synchronized (this) {
      own = closed ? null : free(owner, alone);
      isNew = own == null;
      if (own == null) {
        if (closed || (owned.size() >= most && !makeRoom(removed))) {
          return CompletableFuture.failedFuture(
              new RequestFailed(
                  TransportFailure.notDelivered(
                      ErrorCode.TOO_MANY_IN_FLIGHT,
                      "The tool's server has as many connections of callers as it may; try again later.")));
        }
        own = new Own(owner, session);
        owned.add(own);
      }
      own.leases++;
    }
    removed.forEach(one -> one.close("Another caller needed the room."));
    if (isNew) {
      connect(own, capabilities, era);
    }
    Own taken = own;
    return taken
        .connection
        .copy()
        .thenApply(connection -> new Lease(connection, () -> giveBack(taken)))
        .whenComplete(
            (lease, failure) -> {
              if (failure != null) {
                giveBack(taken);
              }
            });
  }

  private @Nullable Own free(String owner, boolean alone) {
    for (Own own : owned) {
      if (own.owner.equals(owner) && !own.isOver() && !(alone && own.leases > 0)) {
        return own;
      }
    }
    return null;
  }

  private boolean makeRoom(List<Own> removed) {
    return owned.stream()
        .filter(own -> own.leases == 0)
        .min(Comparator.comparingLong(own -> own.usedNanos))
        .map(
            own -> {
              owned.remove(own);
              return removed.add(own);
            })
        .orElse(false);
  }

  private void connect(Own own, byte[] capabilities, Era era) {
    Connector mine = connector.forClient(capabilities, era);
    Thread.ofVirtual()
        .name("own-connection")
        .start(
            () -> {
              try {
                Connection connection = mine.connect().connection();
                connection.whenClosed().thenRun(() -> remove(own));
                if (!own.connection.complete(connection)) {
                  connection.close("Nobody needs the connection any more.");
                }
              } catch (ConnectFailed e) {
                failed(own, e.reason());
              } catch (RuntimeException e) {
                System.getLogger(OwnConnections.class.getName())
                    .log(System.Logger.Level.WARNING, "a connection could not be made", e);
                failed(own, "The gateway failed to connect it; see its log.");
              }
            });
  }

  private void failed(Own own, String reason) {
    remove(own);
    own.connection.completeExceptionally(
        new RequestFailed(
            TransportFailure.notDelivered(
                ErrorCode.UPSTREAM_DOWN, "The tool's server is not available. " + reason)));
  }

  private synchronized void giveBack(Own own) {
    own.leases--;
    own.usedNanos = System.nanoTime();
  }

  private synchronized void remove(Own own) {
    owned.remove(own);
  }

  synchronized int count() {
    return owned.size();
  }

  /** Ends the connections of a legacy session, whatever is in flight on them. */
  int endSession(String session) {
    return end(own -> own.session.equals(session), "The session has ended.");
  }

  /** The connections of a legacy session that are up. */
  synchronized List<Connection> ofSession(String session) {
    return owned.stream()
        .filter(own -> own.session.equals(session))
        .map(own -> own.connection.isCompletedExceptionally() ? null : own.connection.getNow(null))
        .filter(connection -> connection != null && !connection.isClosed())
        .toList();
  }

  /** Ends those that nobody has used for long. */
  void sweep() {
    long now = System.nanoTime();
    end(
        own -> own.leases == 0 && now - own.usedNanos > idle.toNanos(),
        "Nobody has used the connection for a while.");
  }

  void close(Duration patience) {
    List<Own> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(owned);
      owned.clear();
    }
    all.forEach(own -> own.retire(patience));
  }

  private int end(Predicate<Own> which, String reason) {
    List<Own> ended = new ArrayList<>();
    synchronized (this) {
      for (Own own : owned) {
        if (which.test(own)) {
          ended.add(own);
        }
      }
      owned.removeAll(ended);
    }
    ended.forEach(own -> own.close(reason));
    return ended.size();
  }

  private static final class Own {

    private final String owner;
    private final String session;
    private final CompletableFuture<Connection> connection = new CompletableFuture<>();
    private int leases;
    private long usedNanos = System.nanoTime();

    Own(String owner, String session) {
      this.owner = owner;
      this.session = session;
    }

    boolean isOver() {
      return connection.isCompletedExceptionally()
          || (connection.isDone() && connection.join().isClosed());
    }

    void close(String reason) {
      TransportFailure failure =
          TransportFailure.notDelivered(ErrorCode.UPSTREAM_DOWN, ErrorCode.UPSTREAM_DOWN.message());
      if (!connection.completeExceptionally(new RequestFailed(failure))
          && !connection.isCompletedExceptionally()) {
        connection.join().close(reason);
      }
    }

    void retire(Duration patience) {
      if (connection.isDone() && !connection.isCompletedExceptionally()) {
        connection.join().closeWhenIdle(patience);
      } else {
        close("The server was removed or changed.");
      }
    }
  }
}
