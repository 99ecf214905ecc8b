package dev.sallyport.sandbox.pool;

import dev.sallyport.processes.ChildProcess;
import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.MalformedFrame;
import dev.sallyport.sandbox.worker.wire.Up;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A worker and its pipe. Safe for use by several threads; nothing here waits for the worker. */
public final class WorkerProcess {

  /** Who has the worker now. Called on the worker's reading thread, one call at a time. */
  public interface User {
    /** Whatever the worker says; not trusted. */
    void said(Down message);

    /**
     * The worker is gone, and says nothing more.
     *
     * @param reason why, as far as it was not the user who ended it
     */
    void gone(EndReason reason);
  }

  /** Told what the pool must know. */
  interface Owner {
    void ready(WorkerProcess worker);

    void gone(WorkerProcess worker, EndReason reason);
  }

  private static final byte[] NOTHING = {};

  private final ChildProcess child;
  private final Owner owner;
  private final int longestFrame;
  private final BlockingQueue<byte[]> outbox = new LinkedBlockingQueue<>();
  private volatile @Nullable User user;
  private volatile @Nullable EndReason reason;
  private boolean over;

  // Of the pool, under its lock.
  @Nullable String tenant;
  int runs;
  long idleSince;

  WorkerProcess(ChildProcess child, int longestFrame, Owner owner) {
    this.child = child;
    this.longestFrame = longestFrame;
    this.owner = owner;
  }

  void start() {
    long pid = child.pid();
    Thread.ofPlatform().daemon().name("worker-out-" + pid).start(this::write);
    Thread.ofPlatform().daemon().name("worker-in-" + pid).start(this::read);
  }

  /** Its process, or that of what isolates it. */
  public long pid() {
    return child.pid();
  }

  /** From now on the user is told what the worker says; also, and at once, that it is gone. */
  public void use(User next) {
    EndReason gone;
    synchronized (this) {
      user = next;
      gone = over ? reason : null;
    }
    if (gone != null) {
      next.gone(gone);
    }
  }

  /** Nobody has it: it has nothing to say. */
  void rest() {
    synchronized (this) {
      user = null;
    }
  }

  /** Sends a message; it is on its way when the worker reads. */
  public void send(Up message) {
    outbox.add(Up.encode(message));
  }

  /** Ends the worker at once. What it has said before may still come. */
  void kill(EndReason why) {
    synchronized (this) {
      if (reason == null) {
        reason = why;
      }
    }
    var ignored = child.kill();
    outbox.add(NOTHING);
  }

  private void write() {
    try (OutputStream out = child.stdin()) {
      for (byte[] frame = outbox.take(); frame.length > 0; frame = outbox.take()) {
        out.write(frame);
        out.flush();
      }
    } catch (IOException e) {
      // The reading thread sees the end of the worker.
      outbox.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    EndReason why = EndReason.LOST;
    try {
      Down.Reader in =
          new Down.Reader(new BufferedInputStream(child.stdout(), 64 * 1024), longestFrame);
      boolean ready = false;
      for (Down down = in.next(); down != null; down = in.next()) {
        if (!ready) {
          if (!(down instanceof Down.Ready(int version)) || version != Down.VERSION) {
            throw new MalformedFrame("a worker begins with Ready");
          }
          ready = true;
          owner.ready(this);
          continue;
        }
        User current = user;
        if (current == null) {
          throw new MalformedFrame("a worker speaks while it has nothing to do");
        }
        current.said(down);
      }
      why = ready ? EndReason.LOST : EndReason.NOT_STARTED;
    } catch (MalformedFrame e) {
      why = EndReason.PROTOCOL;
    } catch (IOException e) {
      // The pipe broke: it is gone.
      why = EndReason.LOST;
    } finally {
      over(why);
    }
  }

  private void over(EndReason why) {
    kill(why);
    EndReason known = reason == null ? why : reason;
    User last;
    synchronized (this) {
      over = true;
      last = user;
    }
    if (last != null) {
      last.gone(known);
    }
    owner.gone(this, known);
  }

  /** The last words on its standard error, for the log: what a log can take of them. */
  String lastWords() {
    List<String> lines = child.standardError().lastLines();
    String last = String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    String plain = last.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 500 ? plain.substring(0, 500) + "..." : plain;
  }

  /** Completes when its process and all of its group are gone. */
  CompletableFuture<Integer> ended() {
    return child.ended();
  }
}
