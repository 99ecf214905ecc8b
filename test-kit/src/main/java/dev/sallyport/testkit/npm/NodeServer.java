package dev.sallyport.testkit.npm;

import dev.sallyport.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An HTTP server from npm, in a process of its own, on loopback. */
public final class NodeServer implements AutoCloseable {

  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Process process;
  private final int port;
  private final String path;

  private NodeServer(Process process, int port, String path) {
    this.process = process;
    this.port = port;
    this.path = path;
  }

  static NodeServer start(NpmPackages packages, String transport, String path) {
    int port = FreePorts.next();
    List<String> command =
        packages.withParent("@modelcontextprotocol/server-everything/dist/index.js", transport);
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("PORT", Integer.toString(port));
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      NodeServer server = new NodeServer(builder.start(), port, path);
      server.awaitListening();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start server-everything " + transport, e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port + path;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends the server at once, as a crash would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  private void awaitListening() {
    long deadline = System.nanoTime() + START_NANOS;
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IllegalStateException("server-everything ended with " + process.exitValue());
      }
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException notYet) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException("server-everything did not listen on port " + port);
  }
}
