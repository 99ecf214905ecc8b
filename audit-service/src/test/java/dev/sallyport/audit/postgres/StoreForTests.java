package dev.sallyport.audit.postgres;

import dev.sallyport.audit.record.RecordStore;
import dev.sallyport.testkit.stores.PostgresForTests;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;

/** The store on an empty database of a real server, with the real schema. */
public final class StoreForTests implements AutoCloseable {

  private static final Logger FLYWAY_LOG = Logger.getLogger("org.flywaydb");

  static {
    FLYWAY_LOG.setLevel(Level.WARNING);
  }

  private final PostgresForTests.Database database = PostgresForTests.shared().newDatabase();
  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;
  private final RecordStore store;

  public StoreForTests() {
    Flyway.configure()
        .dataSource(database.jdbcUrl(), PostgresForTests.USER, PostgresForTests.PASSWORD)
        .locations("db/audit")
        .schemas("audit")
        .defaultSchema("audit")
        .load()
        .migrate();
    PgConnectOptions options =
        PgConnectOptions.fromUri(database.reactiveUrl())
            .setUser(PostgresForTests.USER)
            .setPassword(PostgresForTests.PASSWORD)
            .setCachePreparedStatements(true);
    pool =
        Pool.newInstance(
            PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(8))
                .connectingTo(options)
                .using(vertx.getDelegate())
                .build());
    store = new PostgresRecordStore(pool, new DayPartitions(pool, vertx, Clock.systemUTC()));
  }

  public RecordStore store() {
    return store;
  }

  /** Runs SQL as the owner of the database, past the service. */
  public void sql(String statement) {
    try (Connection connection = database.connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** As {@link #sql}, but with the trigger that guards the record switched off. */
  public void tamper(String statement) {
    sql("BEGIN; SET LOCAL session_replication_role = replica; " + statement + "; COMMIT");
  }

  /** The first column of a query, as text. */
  public List<String> values(String query) {
    try (Connection connection = database.connect();
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    pool.closeAndAwait();
    vertx.closeAndAwait();
  }
}
