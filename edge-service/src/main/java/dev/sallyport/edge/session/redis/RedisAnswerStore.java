package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.idempotency.AnswerStore;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.mutiny.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key for each text, gone when its life is over. Each step is one script. */
@Singleton
class RedisAnswerStore implements AnswerStore {

  private static final String PUT_IF_ABSENT =
      "local there = redis.call('GET', KEYS[1]) if there then return there end"
          + " redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return false";
  private static final String REPLACE =
      "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end"
          + " redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";
  private static final String REMOVE =
      "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 0";

  private final ReactiveRedisDataSource redis;

  RedisAnswerStore(ReactiveRedisDataSource redis) {
    this.redis = redis;
  }

  @Override
  public Future<Optional<String>> putIfAbsent(
      String tenant, String name, String text, Duration life) {
    return Redis.toFuture(
        eval(PUT_IF_ABSENT, tenant, name, text, millis(life))
            .map(response -> Optional.ofNullable(response).map(Response::toString)));
  }

  @Override
  public Future<Boolean> replace(
      String tenant, String name, String before, String text, Duration life) {
    return Redis.toFuture(
        eval(REPLACE, tenant, name, before, text, millis(life))
            .map(response -> response != null && response.toInteger() == 1));
  }

  @Override
  public Future<Void> remove(String tenant, String name, String before) {
    return Redis.toFuture(eval(REMOVE, tenant, name, before).replaceWithVoid());
  }

  private Uni<@Nullable Response> eval(
      String script, String tenant, String name, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = script;
    all[1] = "1";
    all[2] = "sallyport:{" + tenant + "}:first-answer:" + name;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return redis.execute("EVAL", all);
  }

  private static String millis(Duration life) {
    return Long.toString(Math.max(1, life.toMillis()));
  }
}
