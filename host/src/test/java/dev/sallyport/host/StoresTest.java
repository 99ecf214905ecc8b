package dev.sallyport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.processes.ProcessWatcher;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers. */
class StoresTest {

  @TempDir Path temp;
  private DataFolder data;
  private ProcessWatcher watcher;

  @BeforeEach
  void watch() throws IOException {
    data = DataFolder.open(temp.resolve("data"));
    watcher = ProcessWatcher.start(data.run());
  }

  @AfterEach
  void endAll() {
    watcher.close();
  }

  @Test
  void keepTheirDataOverARestart() throws Exception {
    // Given what was written before an orderly end
    try (Stores stores = Stores.start(data, watcher)) {
      update(stores, "CREATE TABLE kept(word text)");
      update(stores, "INSERT INTO kept VALUES ('here')");
      assertThat(redis(stores, "SET kept here")).isEqualTo("+OK");
    }

    // When
    try (Stores again = Stores.start(data, watcher)) {

      // Then
      assertThat(word(again)).isEqualTo("here");
      assertThat(redis(again, "STRLEN kept")).isEqualTo(":4");
    }
  }

  @Test
  void comeBackAfterTheyWereKilled() throws Exception {
    // Given servers that were killed, with a committed row
    Stores stores = Stores.start(data, watcher);
    update(stores, "CREATE TABLE kept(word text)");
    update(stores, "INSERT INTO kept VALUES ('here')");
    kill(stores.postgres().pid());
    kill(stores.redis().pid());

    // When
    try (Stores again = Stores.start(data, watcher)) {

      // Then
      assertThat(word(again)).isEqualTo("here");
    }
  }

  @Test
  void refuseWhoDoesNotKnowThePassword() throws Exception {
    // Given
    try (Stores stores = Stores.start(data, watcher)) {

      // When, then
      assertThatThrownBy(
              () ->
                  DriverManager.getConnection(
                      stores.postgres().jdbcUrl(), stores.postgres().username(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(send(stores.redis().port(), "PING\r\n", 1)).startsWith("-NOAUTH");
    }
  }

  @Test
  void endTheirServerThatOutlivedAnEarlierStart() throws Exception {
    // Given a server whose watcher knows nothing of the next start
    try (ProcessWatcher other = ProcessWatcher.start(temp.resolve("elsewhere"))) {
      EmbeddedPostgres leftover = EmbeddedPostgres.start(data, other);
      long pid = leftover.pid();

      // When
      try (EmbeddedPostgres next = EmbeddedPostgres.start(data, watcher)) {

        // Then
        assertThat(next.pid()).isNotEqualTo(pid);
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
      }
    }
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static Connection connect(Stores stores) throws SQLException {
    EmbeddedPostgres postgres = stores.postgres();
    return DriverManager.getConnection(
        postgres.jdbcUrl(), postgres.username(), postgres.password());
  }

  private static void update(Stores stores, String sql) throws SQLException {
    try (Connection connection = connect(stores);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String word(Stores stores) throws SQLException {
    try (Connection connection = connect(stores);
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT word FROM kept");
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static String redis(Stores stores, String command) throws IOException {
    String password = URI.create(stores.redis().url()).getUserInfo().substring(1);
    return send(stores.redis().port(), "AUTH " + password + "\r\n" + command + "\r\n", 2);
  }

  /** The last of so many lines of answer. */
  private static String send(int port, String text, int lines) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String line = "";
      for (int i = 0; i < lines; i++) {
        StringBuilder read = new StringBuilder();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
          read.append((char) next);
        }
        line = read.toString().strip();
      }
      return line;
    }
  }
}
