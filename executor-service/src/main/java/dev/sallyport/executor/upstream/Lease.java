package dev.sallyport.executor.upstream;

import java.util.concurrent.atomic.AtomicBoolean;

/** A connection for one call. Given back exactly once; further attempts do nothing. */
public final class Lease {

  private static final Runnable NOTHING = () -> {};

  private final Connection connection;
  private final Runnable giveBack;
  private final AtomicBoolean over = new AtomicBoolean();

  Lease(Connection connection, Runnable giveBack) {
    this.connection = connection;
    this.giveBack = giveBack;
  }

  /** Of the connection that all share: nobody keeps count. */
  public static Lease shared(Connection connection) {
    return new Lease(connection, NOTHING);
  }

  public Connection connection() {
    return connection;
  }

  public boolean isShared() {
    return giveBack == NOTHING;
  }

  public void giveBack() {
    if (over.compareAndSet(false, true)) {
      giveBack.run();
    }
  }
}
