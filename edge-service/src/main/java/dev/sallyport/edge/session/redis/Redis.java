package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.CallersContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/** What all that edge does with Redis has in common. */
public final class Redis {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Redis() {}

  /** The answer, on the context of whoever asks; fails where there is none within a second. */
  public static <T> Future<T> toFuture(Uni<T> uni) {
    Promise<T> promise = CallersContext.promise();
    uni.ifNoItem().after(PATIENCE).fail().subscribe().with(promise::complete, promise::fail);
    return promise.future();
  }
}
