package dev.sallyport.testkit.stores;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} a database of its own on the PostgreSQL server of this JVM: {@code
 * quarkus.datasource.*} for the default reactive datasource and for the JDBC datasources {@code
 * policy}, {@code registry} and {@code audit}.
 */
public final class EmbeddedPostgresResource implements QuarkusTestResourceLifecycleManager {

  @Override
  public Map<String, String> start() {
    return PostgresForTests.shared().newDatabase().quarkusConfig();
  }

  @Override
  public void stop() {
    // The server outlives the test: it is shared by the JVM and ends with it.
  }
}
