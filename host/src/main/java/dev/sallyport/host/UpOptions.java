package dev.sallyport.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code sallyport up}, for one process and for {@code --split}. */
public final class UpOptions {

  public static final int USUAL_PORT = 8686;

  /** Of one service on one machine. */
  static final int MOST_REPLICAS = 8;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port of MCP and of the admin API; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port = USUAL_PORT;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).")
  private String bind = "127.0.0.1";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where stores, keys, logs and credentials are kept (default: ~/.sallyport).")
  private Path data = DataFolder.usual();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Servers, keys and settings; watched, changes are applied without a restart.")
  private @Nullable Path config;

  @Option(
      names = "--mcp-json",
      paramLabel = "FILE",
      description =
          "Servers from a file of Claude Desktop, Cursor or VS Code, unchanged; may be repeated.")
  private List<Path> mcpJson = new ArrayList<>();

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description =
          "Written as JSON when the gateway is ready: mcpUrl, key, adminUrl, adminKey, pid.")
  private @Nullable Path readyFile;

  @Option(
      names = "--no-auth",
      description = "Every caller may use every tool. This machine only; for conformance tools.")
  private boolean noAuth;

  @Option(
      names = "--split",
      description = "The six services as in production, each a process of its own.")
  private boolean split;

  @Option(
      names = "--replicas",
      paramLabel = "SERVICE=N",
      description =
          "With --split: N processes of this service, 1 to "
              + MOST_REPLICAS
              + "; may be repeated. Their ports are in run/services.json of the data folder.")
  private Map<String, Integer> replicas = new LinkedHashMap<>();

  @Option(
      names = "--check",
      description = "Only checks the options and the files that they name, and starts nothing.")
  private boolean checkOnly;

  /**
   * Checks what picocli cannot.
   *
   * @throws StartFailed naming the option and what it takes
   */
  public void check() {
    if (port < 0 || port > 65535) {
      throw new StartFailed("--port takes a number from 0 to 65535, not " + port + ".");
    }
    if (noAuth && !isLoopback(bind)) {
      throw new StartFailed(
          "--no-auth works on this machine only: leave out --bind " + bind + ", or use keys.");
    }
    checkReplicas();
    if (config != null) {
      readable("--config", config);
    }
    for (Path file : mcpJson) {
      readable("--mcp-json", file);
    }
    if (Files.exists(data) && !Files.isDirectory(data)) {
      throw new StartFailed("--data takes a folder, and " + data + " is a file.");
    }
    if (readyFile != null) {
      Path parent = readyFile.toAbsolutePath().getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        throw new StartFailed("--ready-file: there is no folder " + parent + ".");
      }
    }
    if (port != 0 && !checkOnly && !FreePort.isFree(bind, port)) {
      throw new StartFailed(
          "Port "
              + port
              + " of "
              + bind
              + " is taken by another program. End it, or choose another with --port N.");
    }
  }

  /** The port to listen on; chosen now where 0 was asked for. */
  public int port() {
    if (port == 0) {
      port = FreePort.any();
    }
    return port;
  }

  public String bind() {
    return bind;
  }

  public Path data() {
    return data;
  }

  public Optional<Path> config() {
    return Optional.ofNullable(config).map(Path::toAbsolutePath);
  }

  public List<Path> mcpJson() {
    return mcpJson.stream().map(Path::toAbsolutePath).toList();
  }

  public Optional<Path> readyFile() {
    return Optional.ofNullable(readyFile).map(Path::toAbsolutePath);
  }

  public boolean noAuth() {
    return noAuth;
  }

  public boolean checkOnly() {
    return checkOnly;
  }

  public boolean split() {
    return split;
  }

  /** How many processes of {@code service} are wanted with {@code --split}; at least 1. */
  public int replicas(String service) {
    return replicas.getOrDefault(service, 1);
  }

  /** Whether a person has said which servers to use; without, the demo server is there. */
  public boolean declaresServers() {
    return config != null || !mcpJson.isEmpty();
  }

  private void checkReplicas() {
    if (!replicas.isEmpty() && !split) {
      throw new StartFailed("--replicas works with --split only: one process has one of each.");
    }
    replicas.forEach(
        (service, count) -> {
          if (!KeyMaterial.SERVICES.contains(service)) {
            throw new StartFailed(
                "--replicas takes "
                    + String.join(", ", KeyMaterial.SERVICES)
                    + " as SERVICE, not "
                    + service
                    + ".");
          }
          if (count < 1 || count > MOST_REPLICAS) {
            throw new StartFailed(
                "--replicas "
                    + service
                    + "=N takes 1 to "
                    + MOST_REPLICAS
                    + ", not "
                    + count
                    + ".");
          }
        });
  }

  private static void readable(String option, Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new StartFailed(option + ": the file " + file.toAbsolutePath() + " cannot be read.");
    }
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartFailed("--bind takes an address of this machine, not " + address + ".", e);
    }
  }
}
