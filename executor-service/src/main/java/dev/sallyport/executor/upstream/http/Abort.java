package dev.sallyport.executor.upstream.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.impl.HttpClientConnection;
import java.util.concurrent.RejectedExecutionException;

/**
 * Breaks one request off by closing its connection, unless its answer is complete: the pool may
 * have given the connection to another call since, and Vert.x would close it under that one.
 * HTTP/1.1 only, as {@link PooledConnections}.
 */
final class Abort {

  private static final String CODEC = "codec";

  private final HttpClientRequest request;
  private final Channel channel;
  private final Current current;
  private final long mine;

  private Abort(HttpClientRequest request, Channel channel, Current current) {
    this.request = request;
    this.channel = channel;
    this.current = current;
    this.mine = current.begun + 1;
  }

  /** Has a connection's exchanges watched; once, when it is new. */
  static void watch(HttpClientConnection connection) {
    connection.channel().pipeline().addAfter(CODEC, "exchanges", new Current());
  }

  /** For a request of which nothing is written yet. */
  static Abort of(HttpClientRequest request) {
    Channel channel = ((HttpClientConnection) request.connection()).channel();
    return new Abort(request, channel, channel.pipeline().get(Current.class));
  }

  /** Any thread, at any time; of no effect once the whole answer has come. */
  void now() {
    try {
      channel.eventLoop().execute(this::breakOff);
    } catch (RejectedExecutionException stopped) {
      // The event loop has ended, and its connections with it.
    }
  }

  private void breakOff() {
    if (current.begun < mine || (current.begun == mine && current.open)) {
      request.reset();
    }
  }

  /** What a connection is at: requests follow each other, each after the answer to the last. */
  private static final class Current extends ChannelDuplexHandler {

    /** How many requests were begun; written on the event loop. */
    private volatile long begun;

    // Touched on the event loop only.
    private boolean open;
    private boolean interim;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the event loop writes.
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpRequest) {
        begun++;
        open = true;
      }
      context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      }
      if (message instanceof LastHttpContent && !interim) {
        open = false;
      }
      context.fireChannelRead(message);
    }
  }
}
