package dev.sallyport.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback on which nobody listens at the moment of asking. Below those that systems give
 * to outgoing connections and to whoever asks for any port (Linux from 32768, macOS from 49152), so
 * that none of these takes one before it is used.
 */
public final class FreePorts {

  private static final int FROM = 15_000;
  private static final int BELOW = 32_768;
  private static final int ATTEMPTS = 100;

  private FreePorts() {}

  /** A port that was free; another process that asks here can still be given it. */
  public static int next() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(FROM, BELOW);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // The next one.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no free port on loopback");
  }
}
