package dev.sallyport.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A loopback port on which nobody listens, and nobody else can: it is taken as long as this is not
 * closed, and refuses connections.
 */
public final class SilentPort implements AutoCloseable {

  private final Socket taken = new Socket();

  private SilentPort() {}

  public static SilentPort take() {
    SilentPort port = new SilentPort();
    try {
      port.taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }

  public int number() {
    return taken.getLocalPort();
  }

  @Override
  public void close() {
    try {
      taken.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
