package dev.sallyport.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;

/**
 * The floor: a reverse proxy on the same Vert.x that forwards body and headers and does nothing
 * else. Argument: the URL behind it. Prints its own URL and ends with its standard input.
 */
public final class VertxProxy {

  private VertxProxy() {}

  public static void main(String[] args) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions().setMaxPoolSize(256).setTcpNoDelay(true).setKeepAlive(true));
    RequestOptions target = new RequestOptions().setAbsoluteURI(args[0]);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true))
            .requestHandler(request -> forward(client, target, request))
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    System.out.println("http://127.0.0.1:" + server.actualPort() + "/mcp");
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is said to us; the end is what we wait for.
    }
    System.exit(0);
  }

  private static void forward(HttpClient client, RequestOptions target, HttpServerRequest request) {
    HttpServerResponse response = request.response();
    request
        .body()
        .compose(
            body ->
                client
                    .request(new RequestOptions(target).setMethod(request.method()))
                    .compose(
                        upstream -> {
                          request
                              .headers()
                              .forEach(
                                  (name, value) -> {
                                    if (!name.equalsIgnoreCase("host")) {
                                      upstream.putHeader(name, value);
                                    }
                                  });
                          return upstream.send(body);
                        })
                    .compose(
                        answer -> {
                          response.setStatusCode(answer.statusCode());
                          response.headers().setAll(answer.headers());
                          return answer.body().compose(response::end);
                        }))
        .onFailure(failed -> response.setStatusCode(502).end());
  }
}
