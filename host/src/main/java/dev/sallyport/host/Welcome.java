package dev.sallyport.host;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * From "the services are starting" to "a person or a script can use it": waits for readiness, makes
 * the first virtual key, shows the panel, writes the ready file.
 */
public final class Welcome {

  private static final String FIRST_KEY = "first";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration FOR_UPSTREAMS = Duration.ofSeconds(5);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(75);

  private final UpOptions options;
  private final DataFolder data;
  private final PrintStream out;

  public Welcome(UpOptions options, DataFolder data, PrintStream out) {
    this.options = options;
    this.data = data;
    this.out = out;
  }

  /** The credentials of this data folder for this start; made where they are missing. */
  public CredentialsFile credentials() {
    String host = options.bind().contains(":") ? "[" + options.bind() + "]" : options.bind();
    if (host.equals("0.0.0.0") || host.equals("[::]")) {
      host = "127.0.0.1";
    }
    String adminUrl = "http://" + host + ":" + options.port();
    CredentialsFile credentials =
        CredentialsFile.read(data.credentials())
            .map(kept -> kept.withUrls(adminUrl + "/mcp", adminUrl))
            .orElseGet(
                () ->
                    new CredentialsFile(
                        adminUrl + "/mcp",
                        adminUrl,
                        KeyMaterial.newSecret("sa-"),
                        Optional.empty(),
                        java.util.Map.of()));
    credentials.write(data.credentials());
    return credentials;
  }

  /**
   * Waits, then greets.
   *
   * @param stopping true once the gateway is being ended, which ends the waiting
   * @param pid the process that a script ends when it is done
   * @throws StartFailed if the gateway does not become ready
   */
  public void greet(CredentialsFile credentials, BooleanSupplier stopping, long pid) {
    GatewayApi api = new GatewayApi(credentials.adminUrl(), credentials.adminKey());
    try {
      awaitReady(api, stopping);
      Optional<String> made = Optional.empty();
      CredentialsFile current = credentials;
      if (!options.noAuth() && (credentials.key().isEmpty() || !api.hasKey(FIRST_KEY))) {
        made = Optional.of(api.createKey(FIRST_KEY, List.of("*")));
        // Read again: the edge keeps the keys that a file declares in there, and has done so by
        // now.
        current = CredentialsFile.read(data.credentials()).orElse(credentials).withKey(made.get());
        current.write(data.credentials());
      }
      List<StartPanel.Upstream> upstreams = awaitUpstreams(api, stopping);
      if (stopping.getAsBoolean()) {
        return;
      }
      out.print(
          new StartPanel(current.mcpUrl(), made, options.noAuth(), data.credentials(), upstreams)
              .text());
      out.flush();
      writeReadyFile(current, pid);
    } catch (IOException e) {
      if (stopping.getAsBoolean()) {
        return;
      }
      throw new StartFailed(
          "The gateway started, but its admin API failed: "
              + e.getMessage()
              + ". Its log is in "
              + data.logs()
              + ".",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeReadyFile(CredentialsFile credentials, long pid) {
    Optional<String> key = options.noAuth() ? Optional.empty() : credentials.key();
    options
        .readyFile()
        .ifPresent(
            file ->
                new ReadyFile(
                        credentials.mcpUrl(),
                        key,
                        credentials.adminUrl(),
                        credentials.adminKey(),
                        pid)
                    .write(file));
  }

  private void awaitReady(GatewayApi api, BooleanSupplier stopping) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!stopping.getAsBoolean() && !api.isReady()) {
      if (System.nanoTime() > end) {
        throw new StartFailed(
            "The gateway was not ready within "
                + PATIENCE.toSeconds()
                + " s. Its log is in "
                + data.logs()
                + ".");
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Gives servers that are still connecting a moment, so that the panel says how they are. */
  private static List<StartPanel.Upstream> awaitUpstreams(GatewayApi api, BooleanSupplier stopping)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + FOR_UPSTREAMS.toNanos();
    List<StartPanel.Upstream> upstreams = api.upstreams();
    while (upstreams.stream().anyMatch(StartPanel.Upstream::isConnecting)
        && System.nanoTime() < end
        && !stopping.getAsBoolean()) {
      LockSupport.parkNanos(PAUSE);
      upstreams = api.upstreams();
    }
    return upstreams;
  }
}
