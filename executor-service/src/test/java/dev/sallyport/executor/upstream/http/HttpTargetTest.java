package dev.sallyport.executor.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpTargetTest {

  @Test
  void aRequestAfterTheEndFailsAndDoesNotThrow() {
    // Given a server whose connections have been closed
    Vertx vertx = Vertx.vertx();
    HttpClient client = PooledConnections.open(vertx, 1, Duration.ofSeconds(1));
    HttpTarget target = new HttpTarget(client, URI.create("http://127.0.0.1:1/"), Map.of());
    client.close().toCompletionStage().toCompletableFuture().join();

    // When the last word of a session is to be sent
    Future<HttpClientRequest> late = target.open(target.request(HttpMethod.DELETE, "*/*"));

    // Then it is told as a failure, as that of a server which is away
    assertThat(late.failed()).isTrue();
    assertThat(HttpFailures.notConnected(late.cause()).message()).contains("accept connections");
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
