package dev.sallyport.cli.split;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.FreePort;
import dev.sallyport.host.GatewaySettings;
import dev.sallyport.host.PrivateFiles;
import dev.sallyport.host.Replica;
import dev.sallyport.host.StartFailed;
import dev.sallyport.processes.ProcessWatcher;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs the six services and says in {@code run/services.json} which process is which. */
final class Supervisor implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Map<String, String> HEAPS =
      Map.of(
          "edge", "384m",
          "executor", "384m",
          "registry", "192m",
          "policy", "192m",
          "audit", "256m",
          "sandbox", "128m");

  private final DataFolder data;
  private final GatewaySettings settings;
  private final List<ServiceProcess> services = new ArrayList<>();

  private Supervisor(DataFolder data, GatewaySettings settings) {
    this.data = data;
    this.settings = settings;
  }

  /**
   * Starts all services side by side.
   *
   * @param root of the installation, with {@code <service>-service/target/quarkus-app}
   */
  static Supervisor start(
      Path root, DataFolder data, GatewaySettings settings, ProcessWatcher watcher) {
    Supervisor supervisor = new Supervisor(data, settings);
    Map<Replica, Integer> ports = new LinkedHashMap<>();
    for (Replica replica : Replica.all(settings.options())) {
      boolean known = replica.service().equals("edge") && replica.isFirst();
      ports.put(replica, known ? settings.options().port() : FreePort.any());
    }
    ports.forEach(
        (replica, port) ->
            supervisor.services.add(
                supervisor.process(
                    root, replica, port, settings.forService(replica, ports), watcher)));
    supervisor.services.forEach(ServiceProcess::start);
    return supervisor;
  }

  private ServiceProcess process(
      Path root, Replica replica, int port, Map<String, String> told, ProcessWatcher watcher) {
    Path folder = data.run();
    Path configuration = folder.resolve(replica.name() + ".properties");
    Path runnable = root.resolve(replica.service() + "-service/target/quarkus-app/quarkus-run.jar");
    if (!Files.isRegularFile(runnable)) {
      throw new StartFailed("There is no " + runnable + ". Run ./sallyport build.");
    }
    try {
      PrivateFiles.write(configuration, properties(told, replica.name()));
    } catch (IOException e) {
      throw new StartFailed("The file " + configuration + " cannot be written.", e);
    }
    return new ServiceProcess(
        replica,
        port,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx" + HEAPS.get(replica.service()),
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dquarkus.config.locations=" + configuration.toUri(),
            "-jar",
            runnable.toString()),
        folder,
        data.logs().resolve(replica.name() + ".log"),
        watcher,
        this::tell);
  }

  /**
   * Returns when every service says that it is ready.
   *
   * @throws StartFailed naming the service that is not
   */
  void awaitReady(BooleanSupplier stopping) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build()) {
      for (ServiceProcess service : services) {
        while (!stopping.getAsBoolean() && !isReady(client, service)) {
          if (System.nanoTime() > end) {
            throw new StartFailed(
                "The "
                    + service.name()
                    + " service was not ready within "
                    + PATIENCE.toSeconds()
                    + " s. Its log is "
                    + service.log()
                    + ".");
          }
          LockSupport.parkNanos(PAUSE);
        }
      }
    }
  }

  private boolean isReady(HttpClient client, ServiceProcess service) {
    String host = service.isEdge() ? edgeHost() : "127.0.0.1";
    try {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://" + host + ":" + service.port() + "/q/health/ready"))
              .timeout(Duration.ofSeconds(3))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String edgeHost() {
    return URI.create(settings.credentials().adminUrl()).getHost();
  }

  /** Edge first, so that nothing new comes in; then the rest side by side. */
  @Override
  public void close() {
    stop(services.stream().filter(ServiceProcess::isEdge).toList());
    stop(services);
  }

  private static void stop(List<ServiceProcess> some) {
    CompletableFuture.allOf(
            some.stream().map(ServiceProcess::stop).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, 15, TimeUnit.SECONDS)
        .join();
  }

  private synchronized void tell() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    for (ServiceProcess service : services) {
      ObjectNode one = json.putObject(service.name());
      one.put("pid", service.pid());
      one.put("port", service.port());
      one.put("log", service.log().toString());
    }
    json.putObject("postgres")
        .put("pid", settings.stores().postgres().pid())
        .put("port", settings.stores().postgres().port());
    json.putObject("redis")
        .put("pid", settings.stores().redis().pid())
        .put("port", settings.stores().redis().port());
    try {
      PrivateFiles.write(data.run().resolve("services.json"), json.toPrettyString() + "\n");
    } catch (IOException e) {
      System.err.println("sallyport: run/services.json cannot be written: " + e.getMessage());
    }
  }

  private static String properties(Map<String, String> settings, String service)
      throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    // Above the application.properties of the service, below its environment.
    properties.setProperty("config_ordinal", "275");
    StringWriter text = new StringWriter();
    properties.store(text, "Written at each start by sallyport up --split, for " + service);
    return text.toString();
  }
}
