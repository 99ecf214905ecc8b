package dev.sallyport.executor.upstream.stdio;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.Transport;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.LineSafe;
import dev.sallyport.processes.ChildProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Newline-delimited messages over a child process (2026-07-28 basic/transports/stdio; the legacy
 * era is the same). One thread reads, one writes from a bounded queue, so that a child that does
 * not read its input costs its own callers an error and nobody else anything.
 */
public final class StdioTransport implements Transport {

  private static final int MAX_QUEUED = 1024;
  private static final long MAX_QUEUED_BYTES = 64L * 1024 * 1024;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(2);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private record Line(byte[] frame, @Nullable Pending pending) {}

  private final ChildProcess child;
  private final Inbox inbox;
  private final Deque<Line> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean closed;

  /** Begins to read and write at once. */
  public StdioTransport(ChildProcess child, Inbox inbox, int maxMessageBytes) {
    this.child = child;
    this.inbox = inbox;
    Thread reading = daemon("stdio-in-", () -> read(maxMessageBytes));
    daemon("stdio-out-", this::write);
    child.ended().thenAccept(status -> endAfter(reading, status));
  }

  private Thread daemon(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name + child.pid()).start(task);
  }

  /** What the program said last is read before its end is told. */
  private void endAfter(Thread reading, int status) {
    try {
      reading.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end("The program ended with status " + status + ".");
  }

  @Override
  public void send(Outgoing message, @Nullable Pending pending) {
    byte[] frame = LineSafe.singleLine(message.frame());
    synchronized (queue) {
      if (!closed && queue.size() < MAX_QUEUED && queuedBytes + frame.length <= MAX_QUEUED_BYTES) {
        queue.addLast(new Line(frame, pending));
        queuedBytes += frame.length;
        queue.notifyAll();
        return;
      }
    }
    if (pending != null) {
      inbox.failed(
          pending,
          TransportFailure.notDelivered(
              ErrorCode.TOO_MANY_IN_FLIGHT, "The tool's server does not read its input."));
    }
  }

  private void write() {
    OutputStream out = child.stdin();
    try {
      while (true) {
        Line line = next();
        if (line == null) {
          return;
        }
        if (line.pending() != null) {
          if (line.pending().isDone()) {
            continue;
          }
          line.pending().sendBegins();
        }
        out.write(line.frame());
        out.write('\n');
        if (nothingQueued()) {
          out.flush();
        }
      }
    } catch (IOException e) {
      end("The program closed its standard input.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Line next() throws InterruptedException {
    synchronized (queue) {
      while (queue.isEmpty()) {
        if (closed) {
          return null;
        }
        queue.wait();
      }
      Line line = queue.removeFirst();
      queuedBytes -= line.frame().length;
      return line;
    }
  }

  private boolean nothingQueued() {
    synchronized (queue) {
      return queue.isEmpty();
    }
  }

  private void read(int maxMessageBytes) {
    Lines lines =
        new Lines(
            maxMessageBytes,
            new Lines.Reader() {
              @Override
              public void line(byte[] data, int offset, int length) {
                inbox.message(data, offset, length, null);
              }

              @Override
              public void oversized(byte[] head, byte[] tail) {
                inbox.oversized(head, tail, null);
              }
            });
    try {
      lines.readAll(child.stdout());
    } catch (IOException e) {
      // Ended below, as at the end of the stream.
    }
    if (child.isAlive()) {
      end("The program closed its standard output.");
    }
  }

  private void end(String reason) {
    close();
    inbox.closed(reason);
  }

  @Override
  public boolean cancelsByClosing() {
    return false;
  }

  @Override
  public boolean noticesLoss() {
    return true;
  }

  @Override
  public void close() {
    synchronized (queue) {
      if (closed) {
        return;
      }
      closed = true;
      queue.clear();
      queue.notifyAll();
    }
    child.stop(PATIENCE_AT_END);
  }
}
