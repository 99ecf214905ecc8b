package dev.sallyport.host;

import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.processes.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A Redis server of one data folder: on the loopback interface only, with a password, its data in
 * an append-only file that is flushed every second.
 */
public final class EmbeddedRedis implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final StoreProcess process;
  private final int port;
  private final String password;

  private EmbeddedRedis(StoreProcess process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts the server of this data folder, whose lock the caller holds, and returns when it
   * answers.
   *
   * @throws StartFailed if it cannot run here
   */
  public static EmbeddedRedis start(DataFolder data, ProcessWatcher watcher) {
    try {
      Path folder = PrivateFiles.folder(data.redis());
      Path program = StoreBinaries.forUser(data).redis();
      String password = password(folder.resolve("password"));
      int port = FreePort.remembered(folder.resolve("port"));
      Path configuration = folder.resolve("redis.conf");
      // In a file, because the arguments of a process can be read by every user.
      PrivateFiles.write(configuration, configuration(folder, port, password));
      Path log = data.logs().resolve("redis.log");
      ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
      StoreProcess process =
          new StoreProcess(
              "Redis",
              watcher.launch(
                  LaunchSpec.of(List.of(program.toString(), configuration.toString()))
                      .withDirectory(folder)
                      .withEnding(Signal.TERM, Duration.ofSeconds(8))
                      .withOutput(output, output)),
              log);
      process.awaitReady(() -> answers(port, password), PATIENCE);
      return new EmbeddedRedis(process, port, password);
    } catch (IOException e) {
      throw new StartFailed("Redis cannot be started: " + e.getMessage(), e);
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.process().pid();
  }

  /** With its password, as the Redis client wants it. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port + "/0";
  }

  @Override
  public void close() {
    process.stop();
  }

  private static String configuration(Path folder, int port, String password) {
    return """
        bind 127.0.0.1
        port %d
        protected-mode yes
        requirepass %s
        dir "%s"
        appendonly yes
        appendfsync everysec
        save ""
        daemonize no
        maxmemory-policy noeviction
        """
        .formatted(port, password, folder.toString().replace("\\", "\\\\").replace("\"", "\\\""));
  }

  private static String password(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      PrivateFiles.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }
    return Files.readString(file).strip();
  }

  /** False while it loads its data. */
  private static boolean answers(int port, String password) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      socket.setSoTimeout(1000);
      socket
          .getOutputStream()
          .write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return line(in).equals("+OK") && line(in).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection was closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
