package dev.sallyport.testkit.stores;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** Gives a {@code @QuarkusTest} the Redis server of this JVM: {@code quarkus.redis.hosts}. */
public final class EmbeddedRedisResource implements QuarkusTestResourceLifecycleManager {

  @Override
  public Map<String, String> start() {
    return Map.of("quarkus.redis.hosts", RedisForTests.shared().url());
  }

  @Override
  public void stop() {
    // The server outlives the test: it is shared by the JVM and ends with it.
  }
}
