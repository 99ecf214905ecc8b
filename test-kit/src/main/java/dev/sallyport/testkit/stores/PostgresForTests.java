package dev.sallyport.testkit.stores;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The PostgreSQL server of this test JVM, and databases in it. A class that needs empty tables asks
 * for a {@link #newDatabase()}, which takes some tens of milliseconds; the server takes seconds.
 */
public final class PostgresForTests {

  public static final String USER = "postgres";
  public static final String PASSWORD = "postgres";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final EmbeddedPostgres server;

  private PostgresForTests(EmbeddedPostgres server) {
    this.server = server;
  }

  /** The server of this JVM; started by the first caller. */
  public static PostgresForTests shared() {
    return Shared.SERVER;
  }

  public int port() {
    return server.getPort();
  }

  /** The database that the server is born with, shared by everything in this JVM. */
  public Database defaultDatabase() {
    return new Database(port(), "postgres");
  }

  /** An empty database of its own. */
  public Database newDatabase() {
    String name = "test_" + DATABASES.incrementAndGet();
    try (Connection connection = defaultDatabase().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("the test server refused to create " + name, e);
    }
    return new Database(port(), name);
  }

  /** One database of the server. */
  public record Database(int port, String name) {

    public String jdbcUrl() {
      return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
    }

    public String reactiveUrl() {
      return "postgresql://127.0.0.1:" + port + "/" + name;
    }

    public Connection connect() throws SQLException {
      return DriverManager.getConnection(jdbcUrl(), USER, PASSWORD);
    }

    /** The datasource settings that every service, and standalone, understands. */
    public Map<String, String> quarkusConfig() {
      return Map.ofEntries(
          Map.entry("quarkus.datasource.db-kind", "postgresql"),
          Map.entry("quarkus.datasource.username", USER),
          Map.entry("quarkus.datasource.password", PASSWORD),
          Map.entry("quarkus.datasource.reactive.url", reactiveUrl()),
          Map.entry("quarkus.datasource.policy.jdbc.url", jdbcUrl()),
          Map.entry("quarkus.datasource.policy.username", USER),
          Map.entry("quarkus.datasource.policy.password", PASSWORD),
          Map.entry("quarkus.datasource.registry.jdbc.url", jdbcUrl()),
          Map.entry("quarkus.datasource.registry.username", USER),
          Map.entry("quarkus.datasource.registry.password", PASSWORD),
          Map.entry("quarkus.datasource.audit.jdbc.url", jdbcUrl()),
          Map.entry("quarkus.datasource.audit.username", USER),
          Map.entry("quarkus.datasource.audit.password", PASSWORD));
    }
  }

  private static final class Shared {
    static final PostgresForTests SERVER = start();

    private static PostgresForTests start() {
      try {
        return new PostgresForTests(
            EmbeddedPostgres.builder()
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "32MB")
                .setServerConfig("fsync", "off")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("full_page_writes", "off")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .start());
      } catch (IOException e) {
        throw new UncheckedIOException("embedded PostgreSQL did not start", e);
      }
    }
  }
}
