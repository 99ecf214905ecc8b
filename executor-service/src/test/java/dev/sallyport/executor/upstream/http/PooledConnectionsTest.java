package dev.sallyport.executor.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PooledConnectionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();

  /** When the server saw a connection end, in nanoseconds. */
  private final BlockingQueue<Long> ends = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "timeout=5, timeout=3, -",
        "'timeout=5, max=100', timeout=3, -",
        "'max=100, Timeout = \"20\"', timeout=18, -",
        "timeout=3600, timeout=60, -",
        "timeout=2, -, close",
        "timeout=0, -, close",
        "max=7, -, -",
        "timeout=soon, -, -",
        "timeout=99999999999999, timeout=60, -",
        "-, -, -"
      })
  void whatTheServerSaysIsTakenShorter(
      @Nullable String says, @Nullable String taken, @Nullable String connection) {
    EmbeddedChannel channel = new EmbeddedChannel(new PooledConnections.Earlier());
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    if (says != null) {
      response.headers().set("Keep-Alive", says);
    }
    channel.writeInbound(response);
    HttpResponse seen = channel.readInbound();
    assertThat(seen.headers().get("Keep-Alive")).isEqualTo(taken);
    assertThat(seen.headers().get("Connection")).isEqualTo(connection);
    channel.finishAndReleaseAll();
  }

  @Test
  void anIdleConnectionIsGivenUpBeforeTheServerDoes() throws Exception {
    // Given a server that keeps connections for 3 s and says so, as Node's does
    HttpServer server = serve("timeout=3");
    HttpClient client = PooledConnections.open(vertx, 1, Duration.ofSeconds(60));

    // When it was used twice in a row, on one connection, and then not any more
    get(client, server);
    get(client, server);
    long idle = System.nanoTime();

    // Then that one is closed well before
    Long end = ends.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(end).isNotNull();
    assertThat(Duration.ofNanos(end - idle)).isLessThan(Duration.ofMillis(2_500));
    assertThat(ends).isEmpty();
  }

  @Test
  void anIdleConnectionToASilentServerHasALimitOfItsOwn() throws Exception {
    HttpServer server = serve(null);
    HttpClient client = PooledConnections.open(vertx, 4, Duration.ofSeconds(1));
    get(client, server);
    assertThat(ends.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  private HttpServer serve(@Nullable String keepAlive) {
    return await(
        vertx
            .createHttpServer()
            .connectionHandler(
                connection -> connection.closeHandler(gone -> ends.add(System.nanoTime())))
            .requestHandler(
                request -> {
                  if (keepAlive != null) {
                    request.response().putHeader("Keep-Alive", keepAlive);
                  }
                  request.response().end("here");
                })
            .listen(0, "127.0.0.1"));
  }

  private static void get(HttpClient client, HttpServer server) {
    await(
        client
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
            .compose(request -> request.send().compose(HttpClientResponse::body)));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
