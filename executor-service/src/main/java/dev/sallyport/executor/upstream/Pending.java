package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.Frame;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request of ours that an upstream has not answered yet. */
public final class Pending {

  /** What becomes of a request. Exactly one of {@code response} and {@code failed}, at the end. */
  public interface Listener {

    /** A notification that belongs to this request. */
    default void notification(Frame.Notification notification) {}

    /**
     * A request of the server that belongs to this request. Its bytes are valid only during this
     * call.
     *
     * @return false when nobody can be asked; the server is told so
     */
    default boolean request(Frame.Request request) {
      return false;
    }

    /** The answer; result or error. Its bytes are valid only during this call. */
    void response(Frame.Response response);

    void failed(TransportFailure failure);
  }

  private final long id;
  private final Listener listener;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile boolean sendBegun;
  private volatile long sentNanos;
  private volatile @Nullable Runnable release;

  Pending(long id, Listener listener) {
    this.id = id;
    this.listener = listener;
  }

  /** The JSON-RPC id on this connection, and the progress token where one is wanted. */
  public long id() {
    return id;
  }

  /** The transport has begun to write: from now on delivery cannot be ruled out. */
  public void sendBegins() {
    sendBegun = true;
    sentNanos = System.nanoTime();
  }

  public boolean sendBegun() {
    return sendBegun;
  }

  /** {@link System#nanoTime()} when the write began; 0 if it did not. */
  public long sentNanos() {
    return sentNanos;
  }

  /**
   * What the transport does when the request is given up (closes its response stream). Not called
   * after an answer.
   */
  public void onRelease(Runnable action) {
    release = action;
    if (done.get()) {
      action.run();
    }
  }

  public boolean isDone() {
    return done.get();
  }

  Listener listener() {
    return listener;
  }

  /** True for whoever comes first with an end. */
  boolean finish() {
    return done.compareAndSet(false, true);
  }

  void release() {
    Runnable action = release;
    if (action != null) {
      action.run();
    }
  }
}
