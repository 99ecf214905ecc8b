package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.MalformedFrame;
import dev.sallyport.sandbox.worker.wire.Up;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import org.jspecify.annotations.Nullable;

/** Runs what comes in, one script after the other, until its input ends. */
public final class Worker implements Line {

  /** Bytes of a frame that it reads, at most: a script or an answer. */
  public static final int LONGEST_FRAME = 16 << 20;

  private static final byte[] OUT_OF_MEMORY =
      Down.encode(
          new Down.End(
              new Down.How.Failed(
                  Down.Kind.LIMIT,
                  "the script uses too much memory",
                  0,
                  0,
                  "ask the tools for less, and keep only what is needed of each answer",
                  "",
                  ""),
              new Down.Figures(0, 0, 0)));

  private final OutputStream out;
  private final Up.Reader in;

  /** What the reading thread hands over; it reads on when that is taken. Empty: stopped. */
  private final SynchronousQueue<Optional<Up>> inbox = new SynchronousQueue<>();

  private volatile @Nullable ScriptRun running;
  private volatile boolean waiting;
  private volatile boolean stopped;

  Worker(InputStream in, OutputStream out) {
    this.in = new Up.Reader(new BufferedInputStream(in, 64 * 1024), LONGEST_FRAME);
    this.out = out;
  }

  /**
   * Runs until the input ends.
   *
   * @param exit called with a status when the process must end: 0 at the end of the input, 1 when
   *     the sandbox does not keep to the protocol, 2 when something broke here, 3 out of memory
   */
  void serve(Exit exit) {
    Thread.ofPlatform().daemon().name("read").start(() -> untilItEnds(this::read, exit));
    untilItEnds(this::runAll, exit);
  }

  /** Work of this process, with which it ends. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void untilItEnds(Work work, Exit exit) {
    try {
      work.run();
      exit.with(0, null);
    } catch (OutOfMemoryError e) {
      exit.outOfMemory();
    } catch (IOException e) {
      exit.with(1, e);
    } catch (InterruptedException | RuntimeException | Error e) {
      exit.with(2, e);
    }
  }

  private void runAll() throws IOException, InterruptedException {
    // What the first script would wait for: classes, and the code of the interpreter.
    var ignored = new ScriptRun(WarmUp.START, new WarmUp()).run();
    send(new Down.Ready(Down.VERSION));
    while (true) {
      if (inbox.take().orElse(null) instanceof Up.Start start) {
        run(start);
      }
    }
  }

  /** How the process ends. */
  interface Exit {
    void with(int status, @Nullable Throwable why);

    void outOfMemory();
  }

  /** The frame by which a worker without memory says so; it is made beforehand. */
  static byte[] outOfMemory() {
    return OUT_OF_MEMORY;
  }

  private void run(Up.Start start) throws IOException {
    ScriptRun run = new ScriptRun(start, this);
    stopped = false;
    running = run;
    Down.How how;
    try {
      how = run.run();
    } finally {
      running = null;
    }
    send(new Down.End(how, run.figures()));
  }

  private void read() throws IOException, InterruptedException {
    for (Up up = in.next(); up != null; up = in.next()) {
      switch (up) {
        case Up.Start start -> {
          if (running != null) {
            throw new MalformedFrame("a run begins while another runs");
          }
          inbox.put(Optional.of(start));
        }
        case Up.Answer answer -> inbox.put(Optional.of(answer));
        case Up.Stop(String cause) -> stop(cause);
      }
    }
  }

  private void stop(String cause) throws InterruptedException {
    ScriptRun run = running;
    if (run != null) {
      run.stop(cause);
      stopped = true;
      if (waiting) {
        // Whoever does not wait any more finds it before the next run, and passes over it.
        inbox.put(Optional.empty());
      }
    }
  }

  @Override
  public void send(Down message) throws IOException {
    byte[] frame = Down.encode(message);
    synchronized (out) {
      out.write(frame);
      out.flush();
    }
  }

  @Override
  public Up.@Nullable Answer answer() throws IOException, InterruptedException {
    waiting = true;
    if (stopped) {
      waiting = false;
      return null;
    }
    try {
      return switch (inbox.take().orElse(null)) {
        case Up.Answer answer -> answer;
        case null -> null;
        case Up.Start _, Up.Stop _ -> throw new MalformedFrame("a run begins while another runs");
      };
    } finally {
      waiting = false;
    }
  }
}
