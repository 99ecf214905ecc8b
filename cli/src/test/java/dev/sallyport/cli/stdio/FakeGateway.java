package dev.sallyport.cli.stdio;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP server that answers as a test says, and keeps what it was sent. */
final class FakeGateway implements AutoCloseable {

  static final String KEY = "sp-canary-7d21";
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Answers one request, on a thread of its own. */
  @FunctionalInterface
  interface Behaviour {
    void answer(Seen seen) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final List<Seen> all = new ArrayList<>();
  private final LinkedBlockingQueue<Seen> fresh = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Behaviour behaviour = seen -> seen.json(200, "{}");

  private FakeGateway(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.createContext("/", this::serve);
    server.start();
  }

  static FakeGateway start() {
    return new FakeGateway(0);
  }

  static FakeGateway startOn(int port) {
    return new FakeGateway(port);
  }

  FakeGateway answering(Behaviour how) {
    behaviour = how;
    return this;
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/mcp");
  }

  /** The next request that no other call of this has returned. */
  Seen next() throws InterruptedException {
    Seen seen = fresh.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (seen == null) {
      throw new AssertionError("nothing more was sent");
    }
    return seen;
  }

  /** Everything so far. */
  synchronized List<Seen> all() {
    return List.copyOf(all);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Seen seen = new Seen(exchange, body);
    synchronized (this) {
      all.add(seen);
    }
    fresh.add(seen);
    try {
      behaviour.answer(seen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }

  /** One request, which the behaviour answers. */
  final class Seen {

    private final HttpExchange exchange;
    private final String body;

    private Seen(HttpExchange exchange, String body) {
      this.exchange = exchange;
      this.body = body;
    }

    String method() {
      return exchange.getRequestMethod();
    }

    String path() {
      return exchange.getRequestURI().toString();
    }

    String body() {
      return body;
    }

    @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    boolean isGet() {
      return method().equals("GET");
    }

    boolean has(String text) {
      return body.contains(text);
    }

    Seen with(String header, String value) {
      exchange.getResponseHeaders().set(header, value);
      return this;
    }

    void json(int status, String answer) throws IOException {
      with("Content-Type", "application/json");
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    void empty(int status) throws IOException {
      exchange.sendResponseHeaders(status, -1);
    }

    /** Begins an event stream, which ends with the behaviour. */
    Events stream() throws IOException {
      with("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      return new Events(exchange.getResponseBody());
    }
  }

  /** An open event stream. */
  final class Events {

    private final OutputStream out;

    private Events(OutputStream out) {
      this.out = out;
    }

    Events write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return this;
    }

    Events message(String data) throws IOException {
      return write("event: message\ndata: " + data + "\n\n");
    }

    /** Keeps it open until the client has closed it, or the gateway is closed. */
    void hold() throws InterruptedException {
      try {
        while (!closing.await(20, TimeUnit.MILLISECONDS)) {
          write(":\n\n");
        }
      } catch (IOException left) {
        // The client.
      }
    }
  }
}
