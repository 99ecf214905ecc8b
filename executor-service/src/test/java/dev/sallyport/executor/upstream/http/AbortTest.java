package dev.sallyport.executor.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With one connection, so that each request has that of the one before. */
class AbortTest {

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private HttpServer server;
  private HttpClient client;

  @BeforeEach
  void start() {
    server =
        await(
            vertx
                .createHttpServer()
                .connectionHandler(
                    connection -> {
                      connections.incrementAndGet();
                      connection.closeHandler(gone -> closed.add("one"));
                    })
                .requestHandler(asked::add)
                .listen(0, "127.0.0.1"));
    client = PooledConnections.open(vertx, 1, Duration.ofSeconds(30));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void whatIsAnsweredIsLeftAloneAndSoIsTheNextRequest() throws Exception {
    // Given a request that was answered, and another one under way on its connection
    HttpClientRequest first = request();
    Abort abort = Abort.of(first);
    Future<Buffer> answered = first.send().compose(HttpClientResponse::body);
    answer("first");
    assertThat(await(answered)).hasToString("first");
    Future<Buffer> second = request().send().compose(HttpClientResponse::body);
    HttpServerRequest pending = next();

    // When the first is broken off, too late
    abort.now();

    // Then the second is answered
    pending.response().end("second");
    assertThat(await(second)).hasToString("second");
    assertThat(connections).hasValue(1);
    assertThat(closed).isEmpty();
  }

  @Test
  void anInterimAnswerIsNotTheAnswer() throws Exception {
    HttpClientRequest request = request();
    Abort abort = Abort.of(request);
    Future<Buffer> answered = request.send().compose(HttpClientResponse::body);
    await(next().response().writeEarlyHints(io.vertx.core.MultiMap.caseInsensitiveMultiMap()));
    await(vertx.timer(100, TimeUnit.MILLISECONDS));
    abort.now();
    assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> await(answered)).isNotNull();
  }

  @Test
  void aRequestUnderWayIsBrokenOffWithItsConnection() throws Exception {
    // Given an answer of which a part has come
    HttpClientRequest request = request();
    Abort abort = Abort.of(request);
    Future<HttpClientResponse> begun = request.send();
    next().response().setChunked(true).write("some");
    Future<Buffer> answered = begun.compose(HttpClientResponse::body);
    await(begun);

    // When
    abort.now();

    // Then the server sees it, and the next request has a connection of its own
    assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> await(answered)).isNotNull();
    Future<Buffer> second = request().send().compose(HttpClientResponse::body);
    answer("second");
    assertThat(await(second)).hasToString("second");
    assertThat(connections).hasValue(2);
  }

  @Test
  void aRequestThatWasNeverSentGivesItsConnectionBack() throws Exception {
    // Given a connection
    Future<Buffer> first = request().send().compose(HttpClientResponse::body);
    answer("first");
    await(first);

    // When a request takes it and is broken off before it is sent, twice
    Abort abort = Abort.of(request());
    abort.now();
    abort.now();

    // Then the only place in the pool is free for the next one
    Future<Buffer> second = request().send().compose(HttpClientResponse::body);
    answer("second");
    assertThat(await(second)).hasToString("second");
    assertThat(connections).hasValue(1);
  }

  @Test
  void afterTheEndOfEverythingThereIsNothingToBreakOff() throws Exception {
    HttpClientRequest request = request();
    Abort abort = Abort.of(request);
    Future<HttpClientResponse> ignored = request.send();
    next();
    await(vertx.close());
    assertThatCode(abort::now).doesNotThrowAnyException();
  }

  private HttpClientRequest request() {
    return await(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/"));
  }

  private HttpServerRequest next() throws InterruptedException {
    HttpServerRequest request = asked.poll(5, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private void answer(String text) throws InterruptedException {
    next().response().end(text);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
