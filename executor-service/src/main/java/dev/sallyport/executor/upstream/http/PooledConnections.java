package dev.sallyport.executor.upstream.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The HTTP connections to one upstream. An idle one is given up before the server does so: a
 * request that meets the end of its connection has no answer, and whether it took effect is unknown
 * (RFC 9112 section 9.3.1).
 */
public final class PooledConnections {

  private static final String KEEP_ALIVE = "Keep-Alive";

  /** RFC 2068 section 19.7.1.1, with the parameter that servers send: seconds. */
  private static final Pattern TIMEOUT =
      Pattern.compile("(?:^|,)\\s*timeout\\s*=\\s*\"?(\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** Way of the last answer and of the next request, and the time between two sweeps. */
  private static final int MARGIN_SECONDS = 2;

  private static final int LONGEST_SECONDS = 60;
  private static final int SWEEP_MILLIS = 500;
  private static final int MAX_HEADER = 64 * 1024;

  private PooledConnections() {}

  /**
   * @param most connections at once
   * @param keepAlive how long an idle one is kept where the server does not say how long it keeps
   *     it, in whole seconds, at least 1
   */
  public static HttpClient open(Vertx vertx, int most, Duration keepAlive) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAlive(true)
            .setKeepAliveTimeout(Math.toIntExact(Math.max(1, keepAlive.toSeconds())))
            .setTcpNoDelay(true)
            .setMaxHeaderSize(MAX_HEADER);
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(new PoolOptions().setHttp1MaxSize(most).setCleanerPeriod(SWEEP_MILLIS))
        .withConnectHandler(PooledConnections::watch)
        .build();
  }

  private static void watch(HttpConnection connection) {
    if (connection instanceof HttpClientConnection client) {
      client.channel().pipeline().addAfter("codec", "keep-alive", new Earlier());
      Abort.watch(client);
    }
  }

  /** Makes the time that a server names shorter, before the pool reads it. */
  static final class Earlier extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        shorten(response.headers());
      }
      context.fireChannelRead(message);
    }

    private static void shorten(HttpHeaders headers) {
      String value = headers.get(KEEP_ALIVE);
      if (value == null) {
        return;
      }
      Matcher timeout = TIMEOUT.matcher(value);
      if (!timeout.find()) {
        headers.remove(KEEP_ALIVE);
        return;
      }
      int seconds =
          (int) Math.min(Long.parseLong(timeout.group(1)) - MARGIN_SECONDS, LONGEST_SECONDS);
      if (seconds > 0) {
        headers.set(KEEP_ALIVE, "timeout=" + seconds);
      } else {
        headers.remove(KEEP_ALIVE);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
    }
  }
}
