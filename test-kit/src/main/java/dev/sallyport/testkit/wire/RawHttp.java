package dev.sallyport.testkit.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP/1.1 exchange over a socket of its own, with exactly the headers and bytes given. */
public final class RawHttp {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private RawHttp() {}

  /** A header line. */
  public record Header(String name, String value) {}

  /**
   * What came back.
   *
   * @param headers lower-case names; the last value of each
   */
  public record Answer(int status, Map<String, String> headers, byte[] body) {

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The value of a header, or the empty text. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The JSON-RPC messages of the body, whether it is one JSON text or an event stream. */
    public List<byte[]> messages() {
      if (!header("content-type").startsWith("text/event-stream")) {
        return body.length == 0 ? List.of() : List.of(body);
      }
      return SseText.data(body);
    }

    /** The last message: the response. */
    public byte[] message() {
      List<byte[]> messages = messages();
      if (messages.isEmpty()) {
        throw new IllegalStateException("no message in " + status + " " + text());
      }
      return messages.getLast();
    }
  }

  /**
   * Sends and reads until the body ends. {@code Host} and {@code Content-Length} are added if
   * absent.
   */
  public static Answer exchange(String method, URI uri, List<Header> headers, byte[] body)
      throws IOException {
    try (Open open = open(method, uri, headers, body)) {
      return open.answer();
    }
  }

  /** Sends and leaves the answer to be read: to look at a stream, or to go away in its middle. */
  public static Open open(String method, URI uri, List<Header> headers, byte[] body)
      throws IOException {
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(head(method, uri, headers, body.length).getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      return new Open(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String head(String method, URI uri, List<Header> headers, int length) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(uri.getRawPath());
    if (uri.getRawQuery() != null) {
      head.append('?').append(uri.getRawQuery());
    }
    head.append(" HTTP/1.1\r\n");
    List<Header> all = new ArrayList<>(headers);
    addIfAbsent(all, "Host", uri.getHost() + ":" + uri.getPort());
    addIfAbsent(all, "Connection", "close");
    addIfAbsent(all, "Content-Length", Integer.toString(length));
    all.forEach(h -> head.append(h.name()).append(": ").append(h.value()).append("\r\n"));
    return head.append("\r\n").toString();
  }

  private static void addIfAbsent(List<Header> headers, String name, String value) {
    if (headers.stream().noneMatch(header -> header.name().equalsIgnoreCase(name))) {
      headers.add(new Header(name, value));
    }
  }

  /** An exchange whose answer is being read. */
  public static final class Open implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>();
    private int chunkLeft;
    private boolean ended;

    private Open(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      String first = line();
      this.status = Integer.parseInt(first.split(" ")[1]);
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
    }

    public int status() {
      return status;
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Everything until the body ends. */
    public Answer answer() throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      if (headers.containsKey("content-length")) {
        int length = Integer.parseInt(header("content-length"));
        byte[] read = in.readNBytes(length);
        if (read.length < length) {
          throw new EOFException("the body ended early");
        }
        body.write(read);
      } else {
        for (int next = read(); next >= 0; next = read()) {
          body.write(next);
        }
      }
      return new Answer(status, Map.copyOf(headers), body.toByteArray());
    }

    /**
     * The data of the next event of an event stream; comments are passed over.
     *
     * @throws EOFException when the stream ends
     */
    public String nextEvent() throws IOException {
      StringBuilder data = new StringBuilder();
      while (true) {
        String line = textLine();
        if (line.isEmpty() && !data.isEmpty()) {
          return data.toString();
        }
        if (line.startsWith("data:")) {
          String value = line.substring(5).strip();
          if (!value.isEmpty()) {
            data.append(value);
          }
        }
      }
    }

    /** How long a read waits before it fails with a timeout. */
    public void patience(Duration patience) throws IOException {
      socket.setSoTimeout((int) patience.toMillis());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    private String textLine() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = read(); next != '\n'; next = read()) {
        if (next < 0) {
          throw new EOFException("the stream ended");
        }
        if (next != '\r') {
          line.write(next);
        }
      }
      return line.toString(StandardCharsets.UTF_8);
    }

    /** The next byte of the body, through the chunked coding. */
    private int read() throws IOException {
      if (ended) {
        return -1;
      }
      if (!header("transfer-encoding").equalsIgnoreCase("chunked")) {
        return in.read();
      }
      if (chunkLeft == 0) {
        chunkLeft = Integer.parseInt(line().strip(), 16);
        if (chunkLeft == 0) {
          ended = true;
          return -1;
        }
      }
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended inside a chunk");
      }
      if (--chunkLeft == 0) {
        line();
      }
      return next;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new EOFException("the connection ended");
        }
        if (next != '\r') {
          line.write(next);
        }
      }
      return line.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
