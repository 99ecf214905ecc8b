package dev.sallyport.cli.stdio.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 as far as it is used, against a server that writes bytes. */
class HttpExchangeTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final HttpWire wire = new HttpWire();

  @SuppressWarnings("NullAway.Init")
  private ServerSocket server;

  private volatile String answer = OK;
  private volatile boolean closesAfterwards;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      byte[] chunk = new byte[8192];
      for (int n = socket.getInputStream().read(chunk); n > 0; ) {
        requests.add(new String(chunk, 0, n, StandardCharsets.UTF_8));
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        n = closesAfterwards ? 0 : socket.getInputStream().read(chunk);
      }
    } catch (IOException gone) {
      // The client.
    }
  }

  private HttpExchange post() {
    return exchange(server.getLocalPort());
  }

  private HttpExchange exchange(int port) {
    return wire.exchange(
        new HttpCall(
            "POST",
            URI.create("http://127.0.0.1:" + port + "/mcp?x=1"),
            Map.of("Accept", "*/*"),
            "hello".getBytes(StandardCharsets.UTF_8),
            Duration.ofSeconds(10)),
        () -> {});
  }

  private String body(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = ((Sent.Answered) exchange.send()).body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aRequestIsWrittenWhole() throws Exception {
    // Given / When
    assertThat(body(post())).isEqualTo("ok");

    // Then
    assertThat(requests.poll(10, TimeUnit.SECONDS))
        .isEqualTo(
            "POST /mcp?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"
                + server.getLocalPort()
                + "\r\nAccept: */*\r\nContent-Length: 5\r\n\r\nhello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OK,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n01\r\nk\r\n0\r\nT: x\r\n\r\n",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      })
  void everyFramingIsReadToItsEndAndTheConnectionUsedAgain(String framed) throws Exception {
    // Given
    answer = framed;

    // When
    assertThat(body(post())).isEqualTo("ok");
    assertThat(body(post())).isEqualTo("ok");

    // Then
    assertThat(connections).hasValue(1);
  }

  @Test
  void aBodyWithoutLengthEndsWithItsConnection() throws Exception {
    // Given
    answer = "HTTP/1.1 200 OK\r\n\r\nok";
    closesAfterwards = true;

    // When / Then
    assertThat(body(post())).isEqualTo("ok");
    assertThat(body(post())).isEqualTo("ok");
    assertThat(connections).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokok\r\n0\r\n\r\n"
      })
  void aBodyThatIsCutOffOrWrongIsNotTakenForAWholeOne(String framed) {
    // Given
    answer = framed;
    closesAfterwards = true;

    // When / Then
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> body(post()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void whatIsNoAnswerIsBroken(String framed) {
    // Given
    answer = framed;
    closesAfterwards = true;

    // When / Then
    try (HttpExchange exchange = post()) {
      assertThat(exchange.send()).isEqualTo(new Sent.Broken());
    }
  }

  @Test
  void aHeadThatNeverEndsIsNotReadForever() {
    // Given
    answer = "HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000);

    // When / Then
    try (HttpExchange exchange = post()) {
      assertThat(exchange.send()).isEqualTo(new Sent.Broken());
    }
  }

  @Test
  void aKeptConnectionThatTheServerHasClosedIsNotUsed() throws Exception {
    // Given
    closesAfterwards = true;
    assertThat(body(post())).isEqualTo("ok");

    // When / Then the request goes out once, over another connection
    assertThat(body(post())).isEqualTo("ok");
    assertThat(connections).hasValue(2);
    assertThat(requests).hasSize(2);
  }

  @Test
  void withoutAServerNothingIsSent() throws Exception {
    // Given a port that is taken, so that nobody else gets it, and not listened on
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (HttpExchange exchange = exchange(taken.getLocalPort())) {

        // When / Then
        assertThat(exchange.send()).isEqualTo(new Sent.NotReached("the connection was refused"));
      }
    }
  }

  @Test
  void abortingEndsAnExchangeThatWaits() throws Exception {
    // Given a server that does not answer
    answer = "";
    CountDownLatch written = new CountDownLatch(1);
    HttpExchange exchange =
        wire.exchange(
            new HttpCall(
                "GET",
                URI.create("http://127.0.0.1:" + server.getLocalPort()),
                Map.of(),
                null,
                Duration.ZERO),
            written::countDown);
    LinkedBlockingQueue<Sent> ended = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> ended.add(exchange.send()));
    assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();

    // When
    exchange.abort();

    // Then
    assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(new Sent.Aborted());
    exchange.close();
  }
}
