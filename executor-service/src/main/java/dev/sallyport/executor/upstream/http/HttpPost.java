package dev.sallyport.executor.upstream.http;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.TransportFailure;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A POST whose answer comes elsewhere: only its acceptance matters. */
public final class HttpPost {

  private HttpPost() {}

  /**
   * Sends a message.
   *
   * @param failed told when it was not accepted
   * @param accepted told when it was answered, however
   */
  public static void send(
      HttpTarget target,
      Outgoing message,
      @Nullable Pending pending,
      Consumer<TransportFailure> failed,
      Runnable accepted) {
    RequestOptions options = target.request(HttpMethod.POST, "*/*");
    options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    target
        .open(options)
        .onFailure(failure -> failed.accept(HttpFailures.notConnected(failure)))
        .onSuccess(
            request -> {
              if (pending != null) {
                pending.sendBegins();
              }
              request
                  .send(Buffer.buffer(Unpooled.wrappedBuffer(message.frame())))
                  .onFailure(failure -> failed.accept(TransportFailure.lost()))
                  .onSuccess(
                      response -> {
                        accepted.run();
                        check(response, failed);
                      });
            });
  }

  private static void check(HttpClientResponse response, Consumer<TransportFailure> failed) {
    response.exceptionHandler(ignored -> {});
    response.handler(ignored -> {});
    int status = response.statusCode();
    if (status < 200 || status >= 300) {
      failed.accept(HttpFailures.status(status, response.headers()));
    }
  }
}
