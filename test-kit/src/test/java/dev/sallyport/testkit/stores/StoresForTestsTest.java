package dev.sallyport.testkit.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class StoresForTestsTest {

  @Test
  void everyDatabaseStartsEmpty() throws Exception {
    // Given a table in one database
    var first = PostgresForTests.shared().newDatabase();
    try (Connection connection = first.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE seen (id int)");
    }

    // When another database is asked for
    var second = PostgresForTests.shared().newDatabase();

    // Then it does not have the table, and is on the same server
    assertThat(second.port()).isEqualTo(first.port());
    try (Connection connection = second.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT count(*) FROM pg_tables WHERE tablename = 'seen'")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void redisAnswersOnLoopback() throws Exception {
    // Given the server of this JVM
    int port = RedisForTests.shared().port();

    // When it is pinged
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(7);

      // Then it answers
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
    }
  }
}
