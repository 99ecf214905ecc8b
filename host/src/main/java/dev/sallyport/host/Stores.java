package dev.sallyport.host;

import dev.sallyport.processes.ProcessWatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The stores of one data folder, started side by side and ended together. */
public record Stores(EmbeddedPostgres postgres, EmbeddedRedis redis) implements AutoCloseable {

  /** Services with a schema in Postgres, and a JDBC data source of their name for its migration. */
  static final List<String> SCHEMAS = List.of("registry", "policy", "audit");

  /**
   * Starts both.
   *
   * @throws StartFailed if one of them cannot run here; the other is ended then
   */
  public static Stores start(DataFolder data, ProcessWatcher watcher) {
    CompletableFuture<EmbeddedRedis> redis =
        CompletableFuture.supplyAsync(
            () -> EmbeddedRedis.start(data, watcher),
            task -> Thread.ofPlatform().name("start-redis").start(task));
    EmbeddedPostgres postgres;
    try {
      postgres = EmbeddedPostgres.start(data, watcher);
    } catch (StartFailed e) {
      redis.thenAccept(EmbeddedRedis::close).exceptionally(failed -> null).join();
      throw e;
    }
    try {
      return new Stores(postgres, redis.join());
    } catch (CompletionException e) {
      postgres.close();
      throw e.getCause() instanceof StartFailed failed
          ? failed
          : new StartFailed("Redis cannot be started: " + e.getCause(), e);
    }
  }

  /**
   * What a service with a schema of this name needs to know to use Postgres, as configuration of
   * its; holds passwords.
   */
  Map<String, String> postgresSettings(String schema) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("quarkus.datasource.reactive.url", postgres.reactiveUrl());
    settings.put("quarkus.datasource.username", postgres.username());
    settings.put("quarkus.datasource.password", postgres.password());
    String prefix = "quarkus.datasource." + schema + ".";
    settings.put(prefix + "jdbc.url", postgres.jdbcUrl());
    settings.put(prefix + "username", postgres.username());
    settings.put(prefix + "password", postgres.password());
    return settings;
  }

  /** What a service needs to know to use Redis; holds a password. */
  Map<String, String> redisSettings() {
    return Map.of("quarkus.redis.hosts", redis.url());
  }

  @Override
  public void close() {
    CompletableFuture<Void> redisEnded =
        CompletableFuture.runAsync(
            redis::close, task -> Thread.ofPlatform().name("stop-redis").start(task));
    postgres.close();
    redisEnded.join();
  }
}
