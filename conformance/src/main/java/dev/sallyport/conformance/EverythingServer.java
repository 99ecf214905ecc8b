package dev.sallyport.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The npm server {@code server-everything} over HTTP+SSE (2024-11-05) on a free loopback port, in a
 * process of its own that ends with this JVM.
 */
public final class EverythingServer implements AutoCloseable {

  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);

  private final Process process;
  private final int port;

  private EverythingServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it and returns when it listens.
   *
   * @throws IllegalStateException when it ends instead, or does not listen within 30 s
   */
  public static EverythingServer start() {
    ConformancePackages packages = ConformancePackages.install();
    List<String> command =
        packages
            .folder()
            .withParent(
                packages.node(),
                packages.folder().module("@modelcontextprotocol/server-everything/dist/index.js"),
                "sse");
    try {
      int port = freePort();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("PORT", Integer.toString(port));
      EverythingServer server = new EverythingServer(builder.start(), port);
      server.awaitListening();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start server-everything", e);
    }
  }

  /** Where its event stream begins, {@code http://127.0.0.1:PORT/sse}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/sse");
  }

  /** Ends it at once, as a crash would. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** It takes no 0 for a port and names none, so one is looked for that is free now. */
  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private void awaitListening() {
    long end = System.nanoTime() + START_NANOS;
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IllegalStateException("server-everything ended with " + process.exitValue());
      }
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException notYet) {
        LockSupport.parkNanos(LOOK_AGAIN);
      }
    }
    close();
    throw new IllegalStateException("server-everything did not listen on port " + port);
  }
}
