package dev.sallyport.host;

import dev.sallyport.processes.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server process of a store, from start to end. */
record StoreProcess(String name, ChildProcess process, Path log) {

  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  /** Asks until {@code ready} says yes. */
  void awaitReady(Readiness ready, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!ready.now()) {
        if (System.nanoTime() > end) {
          stop();
          throw failed("was not ready within " + patience.toSeconds() + " s");
        }
        try {
          throw failed("ended with status " + process.ended().get(15, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
          // It runs; ask again.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      throw new StartFailed("The start was interrupted.", e);
    } catch (IOException | ExecutionException e) {
      stop();
      throw new StartFailed(name + " cannot be reached: " + e.getMessage(), e);
    }
  }

  /** With the signal of its launch, after its grace by force. Returns when the process is gone. */
  void stop() {
    process
        .stop(Duration.ZERO)
        .completeOnTimeout(-1, LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private StartFailed failed(String what) {
    return new StartFailed(name + " " + what + ". Its log is " + log + tail(log));
  }

  /** The last lines of a log, for a message. */
  static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
      return last.isEmpty() ? "." : ", which ends with:\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return ".";
    }
  }

  /** Whether the store can be used now. */
  interface Readiness {
    boolean now() throws IOException;
  }
}
