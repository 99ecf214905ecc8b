package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.host.StartFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A gateway that a proof starts for itself, with the same command that a user types. */
final class OwnGateway implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final String READY = "ready.json";

  private final Process process;
  private final Path folder;
  private final JsonNode ready;
  private final HttpClient client;
  private final Thread atExit;

  private OwnGateway(Process process, Path folder, JsonNode ready, HttpClient client) {
    this.process = process;
    this.folder = folder;
    this.ready = ready;
    this.client = client;
    this.atExit = new Thread(process::destroy, "end-own-gateway");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts it and returns when it is ready.
   *
   * @param folder for its data, its output and its ready file
   * @param options further options of {@code up}
   */
  static OwnGateway start(Path folder, HttpClient client, String... options)
      throws IOException, InterruptedException {
    return start(folder, client, Map.of(), options);
  }

  /**
   * As {@link #start(Path, HttpClient, String...)}.
   *
   * @param environment added to that of the proof
   */
  static OwnGateway start(
      Path folder, HttpClient client, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("sallyport.root", ".")).toAbsolutePath();
    Path readyFile = folder.resolve(READY);
    Path output = folder.resolve("output.txt");
    Files.deleteIfExists(readyFile);
    List<String> command = new ArrayList<>();
    command.add(root.resolve("sallyport").toString());
    command.add("up");
    command.addAll(List.of(options));
    command.addAll(List.of("--data", folder.resolve("data").toString(), "--port", "0"));
    command.addAll(List.of("--ready-file", readyFile.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    // The launcher that started this command has built everything.
    builder.environment().put("SALLYPORT_NO_BUILD", "yes");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(readyFile)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroy();
        throw new StartFailed(
            "The gateway of the proof did not start. It said:\n" + Files.readString(output));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return new OwnGateway(process, folder, JSON.readTree(readyFile.toFile()), client);
  }

  /** What it said of itself when it was ready. */
  Path readyFile() {
    return folder.resolve(READY);
  }

  String mcpUrl() {
    return ready.path("mcpUrl").asText();
  }

  String key() {
    return ready.path("key").asText();
  }

  /** A key that the configuration declares without a value. */
  String key(String name) throws IOException {
    return JSON.readTree(folder.resolve("data/credentials").toFile())
        .path("keys")
        .path(name)
        .asText();
  }

  String adminUrl() {
    return ready.path("adminUrl").asText();
  }

  /** The admin API's answer; {@code body} null for none. */
  HttpResponse<String> admin(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(adminUrl() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + ready.path("adminKey").asText());
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A virtual key with these tools. */
  String createKey(String name, String toolsJson)
      throws IOException, InterruptedException, Proof.NotSo {
    HttpResponse<String> answer =
        admin("POST", "/api/v1/keys", "{\"name\":\"" + name + "\",\"tools\":" + toolsJson + "}");
    if (answer.statusCode() != 201) {
      throw new Proof.NotSo("POST /api/v1/keys answered " + answer.statusCode());
    }
    return JSON.readTree(answer.body()).path("key").asText();
  }

  /** A connection to its Postgres, past every service. */
  Connection postgres() throws SQLException, IOException {
    Path postgres = folder.resolve("data/postgres");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + Files.readString(postgres.resolve("port")).strip()
            + "/sallyport",
        "sallyport",
        Files.readString(postgres.resolve("password")).strip());
  }

  /** The process that was started: the gateway, or with {@code --split} its supervisor. */
  ProcessHandle process() {
    return process.toHandle();
  }

  /** What its Redis answers to a command without arguments of its own making. */
  String redis(String command) throws IOException {
    Path redis = folder.resolve("data/redis");
    int port = Integer.parseInt(Files.readString(redis.resolve("port")).strip());
    String password = Files.readString(redis.resolve("password")).strip();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("AUTH " + password + "\r\n" + command + "\r\nQUIT\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Process id of one service, with {@code --split}. */
  long pidOf(String service) throws IOException {
    return JSON.readTree(folder.resolve("data/run/services.json").toFile())
        .path(service)
        .path("pid")
        .asLong();
  }

  /** Port of one service, with {@code --split}. */
  int portOf(String service) throws IOException {
    return JSON.readTree(folder.resolve("data/run/services.json").toFile())
        .path(service)
        .path("port")
        .asInt();
  }

  /** Ends it as Ctrl-C does. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // This JVM is ending already.
    }
  }
}
