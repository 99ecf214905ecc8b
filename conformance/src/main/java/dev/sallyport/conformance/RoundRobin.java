package dev.sallyport.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A balancer without affinity in front of several HTTP/1.1 servers of this machine: one request on
 * each connection, the next server for each request. Requests and answers pass as they come, so
 * streams stay streams; only {@code Connection} is changed, to {@code close} on both ways, so that
 * a client does not keep a connection that is about to end (RFC 9112 section 9.6). When either side
 * closes, so does the other.
 */
public final class RoundRobin implements AutoCloseable {

  private static final int LONGEST_HEAD = 64 * 1024;
  private static final int CHUNK = 8 * 1024;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private final ServerSocket server;
  private final List<Integer> ports;
  private final AtomicInteger next = new AtomicInteger();

  private RoundRobin(ServerSocket server, List<Integer> ports) {
    this.server = server;
    this.ports = List.copyOf(ports);
  }

  /**
   * Starts one on a free loopback port.
   *
   * @param ports loopback ports of the servers; at least one
   */
  public static RoundRobin over(List<Integer> ports) throws IOException {
    if (ports.isEmpty()) {
      throw new IllegalArgumentException("a balancer needs at least one server");
    }
    RoundRobin balancer =
        new RoundRobin(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), ports);
    Thread.ofVirtual().name("round-robin").start(balancer::accept);
    return balancer;
  }

  /** {@code url} with this balancer's address. */
  public URI in(URI url) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + url.getRawPath());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        int port = ports.get(Math.floorMod(next.getAndIncrement(), ports.size()));
        Thread.ofVirtual().start(() -> serve(client, port));
      } catch (IOException e) {
        // Closed, or a client that went away before it was accepted.
      }
    }
  }

  private static void serve(Socket client, int port) {
    try (client;
        Socket behind = new Socket()) {
      byte[] head = head(client.getInputStream());
      behind.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      behind.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      behind.getOutputStream().write(closing(head));
      Thread up = Thread.ofVirtual().start(() -> pump(client, behind));
      answer(behind.getInputStream(), client.getOutputStream());
      pump(behind, client);
      up.interrupt();
    } catch (IOException e) {
      // One of the two is gone; closing both tells the other.
    }
  }

  /**
   * Passes the answer's head, and the interim ones before it (RFC 9110 section 15.2) as they are.
   */
  private static void answer(InputStream in, OutputStream out) throws IOException {
    byte[] head = head(in);
    while (isInterim(head)) {
      out.write(head);
      out.flush();
      head = head(in);
    }
    out.write(closing(head));
    out.flush();
  }

  private static boolean isInterim(byte[] head) {
    String line = new String(head, 0, Math.min(head.length, 16), StandardCharsets.ISO_8859_1);
    return line.matches("(?s)HTTP/\\S+ 1\\d\\d\\D.*");
  }

  /** Until {@code from} ends; then {@code to} is closed too. */
  private static void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try (to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        out.write(chunk, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // As above.
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END_OF_HEAD.length) {
      int one = in.read();
      if (one < 0 || head.size() > LONGEST_HEAD) {
        throw new IOException("no whole head");
      }
      head.write(one);
      matched = one == END_OF_HEAD[matched] ? matched + 1 : one == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  /** The head with {@code Connection: close} and no other word on the connection. */
  private static byte[] closing(byte[] head) {
    StringBuilder changed = new StringBuilder();
    for (String line : new String(head, StandardCharsets.ISO_8859_1).split("\r\n")) {
      if (!line.regionMatches(true, 0, "connection:", 0, "connection:".length())) {
        changed.append(line).append("\r\n");
      }
    }
    return changed
        .append("Connection: close\r\n\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
