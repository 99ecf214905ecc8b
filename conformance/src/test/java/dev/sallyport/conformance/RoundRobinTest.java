package dev.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void everyRequestGoesToTheNextServer() throws Exception {
    HttpServer first = echo("first ");
    HttpServer second = echo("second ");
    try (RoundRobin balancer =
        RoundRobin.over(List.of(first.getAddress().getPort(), second.getAddress().getPort()))) {
      URI url = balancer.in(URI.create("http://127.0.0.1:1/any"));
      assertThat(List.of(post(url, "a"), post(url, "b"), post(url, "c")))
          .containsExactly("first a", "second b", "first c");
    } finally {
      first.stop(0);
      second.stop(0);
    }
  }

  @Test
  void anAnswerSaysThatItsConnectionEnds() throws Exception {
    HttpServer server = echo("");
    try (RoundRobin balancer = RoundRobin.over(List.of(server.getAddress().getPort()))) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(balancer.in(URI.create("http://127.0.0.1:1/"))).build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(answer.headers().allValues("connection")).containsExactly("close");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anAnswerIsPassedOnWhileItComes() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    HttpServer slow = HttpServer.create(loopback(), 0);
    slow.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("now".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          await(seen);
          exchange.close();
        });
    slow.start();
    try (RoundRobin balancer = RoundRobin.over(List.of(slow.getAddress().getPort()))) {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(balancer.in(URI.create("http://127.0.0.1:1/"))).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.body().readNBytes(3)).asString().isEqualTo("now");
      seen.countDown();
      assertThat(answer.body().readAllBytes()).isEmpty();
    } finally {
      seen.countDown();
      slow.stop(0);
    }
  }

  private String post(URI url, String body) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static HttpServer echo(String before) throws IOException {
    HttpServer server = HttpServer.create(loopback(), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          byte[] answer =
              (before + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
