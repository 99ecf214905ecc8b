package dev.sallyport.cli.stdio.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request and its answer. */
public final class HttpExchange implements AutoCloseable {

  private static final byte[] NOTHING = {};

  private final HttpWire wire;
  private final HttpCall call;
  private final Runnable written;
  private @Nullable BodyStream body;
  private boolean keeps;
  private @Nullable Connection connection;
  private boolean aborted;

  HttpExchange(HttpWire wire, HttpCall call, Runnable written) {
    this.wire = wire;
    this.call = call;
    this.written = written;
  }

  /** Sends the request and waits for the head of its answer. Once. */
  public Sent send() {
    try {
      return exchange();
    } finally {
      written.run();
    }
  }

  private Sent exchange() {
    Connection open;
    try {
      open = wire.connect(Origin.of(call.url()));
    } catch (IOException e) {
      return isAborted() ? new Sent.Aborted() : new Sent.NotReached(why(e));
    }
    if (!hold(open)) {
      open.close();
      return new Sent.Aborted();
    }
    try {
      open.patience(call.patience());
      write(open);
      AnswerHead head = AnswerHead.read(open.in());
      BodyStream stream = BodyStream.of(head, open.in());
      body = stream;
      keeps = !head.saysClose();
      return new Sent.Answered(head.status(), head.headers(), stream);
    } catch (IOException e) {
      open.close();
      return isAborted() ? new Sent.Aborted() : new Sent.Broken();
    }
  }

  private void write(Connection open) {
    try {
      byte @Nullable [] content = call.body();
      open.write(head(), content == null ? NOTHING : content);
    } catch (IOException refusedMidway) {
      // A server may answer before it has read everything, and close: its answer says why.
    }
    written.run();
  }

  private byte[] head() {
    StringBuilder head = new StringBuilder(512);
    String path = call.url().getRawPath();
    head.append(call.method()).append(' ').append(path.isEmpty() ? "/" : path);
    if (call.url().getRawQuery() != null) {
      head.append('?').append(call.url().getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(call.url().getHost());
    if (call.url().getPort() >= 0) {
      head.append(':').append(call.url().getPort());
    }
    head.append("\r\n");
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      line(head, header.getKey(), header.getValue());
    }
    byte @Nullable [] content = call.body();
    if (content != null) {
      line(head, "Content-Length", Integer.toString(content.length));
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void line(StringBuilder head, String name, String value) {
    if (!isPlain(name) || !isPlain(value)) {
      throw new IllegalArgumentException("not a header: " + name.length() + " characters");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** Whether a text can stand in a header: visible ASCII, spaces and tabs. */
  public static boolean isPlain(String text) {
    return text.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
  }

  private static String why(IOException failure) {
    return switch (failure) {
      case UnknownHostException unknown -> "its name cannot be resolved";
      case SocketTimeoutException late -> "the connection was not answered in time";
      case SSLException tls -> "the TLS handshake failed";
      default -> "the connection was refused";
    };
  }

  private synchronized boolean hold(Connection open) {
    connection = open;
    return !aborted;
  }

  /** Whether the bridge itself has broken it off. */
  public synchronized boolean isAborted() {
    return aborted;
  }

  /** Breaks it off, wherever it is: reading the answer then fails. */
  public synchronized void abort() {
    aborted = true;
    if (connection != null) {
      connection.close();
    }
  }

  /** The answer is no longer wanted. Its connection is kept if it was read to its end. */
  @Override
  public void close() {
    Connection open;
    boolean keep;
    synchronized (this) {
      open = connection;
      connection = null;
      keep = keeps && !aborted && body != null && body.isRead();
    }
    if (open == null) {
      return;
    }
    if (keep) {
      wire.keep(open);
    } else {
      open.close();
    }
  }
}
