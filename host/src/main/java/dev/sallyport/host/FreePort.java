package dev.sallyport.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ports of the loopback interface. */
public final class FreePort {

  private FreePort() {}

  /** A port that was free a moment ago. */
  public static int any() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartFailed("No free port on the loopback interface: " + e.getMessage(), e);
    }
  }

  /** Whether a server could listen on this address and port now. */
  public static boolean isFree(String address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The port kept in {@code file} where it is still free, else another, which is kept instead. */
  static int remembered(Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      String text = Files.readString(file).strip();
      if (text.matches("[0-9]{1,5}")) {
        int port = Integer.parseInt(text);
        if (port > 0 && port < 65536 && isFree("127.0.0.1", port)) {
          return port;
        }
      }
    }
    int port = any();
    PrivateFiles.write(file, port + "\n");
    return port;
  }
}
