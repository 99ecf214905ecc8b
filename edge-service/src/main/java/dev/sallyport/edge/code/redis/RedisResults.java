package dev.sallyport.edge.code.redis;

import dev.sallyport.edge.code.Results;
import dev.sallyport.edge.session.redis.Redis;
import dev.sallyport.kit.seal.Envelope;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** A sealed value for each result. */
@Singleton
class RedisResults implements Results {

  private static final String PURPOSE = "script-result";

  private final ReactiveValueCommands<String, String> values;
  private final Envelope envelope;

  RedisResults(ReactiveRedisDataSource redis, Envelope envelope) {
    this.values = redis.value(String.class);
    this.envelope = envelope;
  }

  @Override
  public Future<Void> put(String tenant, String caller, String id, byte[] json, Duration life) {
    String sealed = envelope.sealText(PURPOSE, binding(tenant, caller, id), json);
    return Redis.toFuture(values.psetex(key(tenant, id), Math.max(1, life.toMillis()), sealed));
  }

  @Override
  public Future<Optional<byte[]>> get(String tenant, String caller, String id) {
    String binding = binding(tenant, caller, id);
    return Redis.toFuture(values.get(key(tenant, id)).map(Optional::ofNullable))
        .map(kept -> kept.flatMap(text -> envelope.openText(PURPOSE, binding, text)));
  }

  private static String binding(String tenant, String caller, String id) {
    return String.join("\n", tenant, caller, id);
  }

  private static String key(String tenant, String id) {
    return "sallyport:{" + tenant + "}:script-result:" + id;
  }
}
