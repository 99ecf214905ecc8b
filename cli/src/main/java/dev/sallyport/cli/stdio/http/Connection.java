package dev.sallyport.cli.stdio.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One open connection. */
final class Connection {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int BUFFER = 16 * 1024;

  final Origin origin;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private long idleSince;

  private Connection(Origin origin, Socket socket) throws IOException {
    this.origin = origin;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    this.out = socket.getOutputStream();
  }

  /** Tries every address that the name has. */
  static Connection open(Origin origin) throws IOException {
    IOException last = new ConnectException("the name has no address");
    for (InetAddress address : InetAddress.getAllByName(origin.host())) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.connect(new InetSocketAddress(address, origin.port()), CONNECT_MILLIS);
        return new Connection(origin, origin.secure() ? secured(socket, origin) : socket);
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  private static Socket secured(Socket plain, Origin origin) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, origin.host(), origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(CONNECT_MILLIS);
    socket.startHandshake();
    return socket;
  }

  InputStream in() {
    return in;
  }

  void patience(Duration silence) throws IOException {
    socket.setSoTimeout((int) Math.min(silence.toMillis(), Integer.MAX_VALUE));
  }

  void write(byte[] head, byte[] body) throws IOException {
    if (head.length + body.length <= BUFFER) {
      byte[] both = new byte[head.length + body.length];
      System.arraycopy(head, 0, both, 0, head.length);
      System.arraycopy(body, 0, both, head.length, body.length);
      out.write(both);
    } else {
      out.write(head);
      out.write(body);
    }
    out.flush();
  }

  void idle() {
    idleSince = System.nanoTime();
  }

  boolean idleFor(Duration most) {
    return System.nanoTime() - idleSince > most.toNanos();
  }

  /** Whether the other side still keeps it open, as far as that has arrived here. */
  boolean isAlive() {
    try {
      socket.setSoTimeout(1);
      // Nothing is due: a byte would belong to no request, and the end is the end.
      in.read();
      return false;
    } catch (SocketTimeoutException stillOpen) {
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  void close() {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // Closed is what was asked for.
    }
  }
}
