package dev.sallyport.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the services are told, as configuration of theirs, from what the command line and the data
 * folder say. Holds passwords and keys: for the services only.
 *
 * @param demo how the built-in demo server is started; empty when a person has named servers
 */
public record GatewaySettings(
    UpOptions options,
    DataFolder data,
    Stores stores,
    KeyMaterial keys,
    CredentialsFile credentials,
    List<String> demo) {

  /** For all services in one process. */
  public Map<String, String> forOneProcess() {
    Map<String, String> settings = common();
    Stores.SCHEMAS.forEach(schema -> settings.putAll(stores.postgresSettings(schema)));
    settings.putAll(stores.redisSettings());
    settings.putAll(edge());
    settings.putAll(executor());
    settings.putAll(sandbox());
    return settings;
  }

  /**
   * For one service in a process of its own.
   *
   * @param ports loopback ports of all processes
   */
  public Map<String, String> forService(Replica replica, Map<Replica, Integer> ports) {
    String service = replica.service();
    Map<String, String> settings = common();
    settings.put("quarkus.http.host", "127.0.0.1");
    if (Stores.SCHEMAS.contains(service)) {
      settings.putAll(stores.postgresSettings(service));
    }
    if (service.equals("policy")) {
      settings.putAll(stores.redisSettings());
    }
    if (service.equals("edge")) {
      settings.putAll(stores.redisSettings());
      settings.putAll(edge());
      if (!replica.isFirst()) {
        // What the files say is one edge's work; a spool belongs to one edge.
        settings.keySet().removeIf(name -> name.startsWith("sallyport.edge.declaration."));
        settings.put("sallyport.edge.data", folderOf(replica).toString());
      }
    }
    if (service.equals("executor")) {
      settings.putAll(executor());
      settings.put("sallyport.executor.name", replica.name());
      if (!replica.isFirst()) {
        settings.put("sallyport.executor.run-folder", folderOf(replica).toString());
      }
    }
    if (service.equals("sandbox")) {
      settings.putAll(sandbox());
    }
    settings.put("quarkus.http.port", Integer.toString(portOf(replica, ports)));
    settings.put("sallyport.tokens.service", service);
    settings.put("sallyport.tokens.key", keys.privateKey(service).toString());
    settings.put("sallyport.tokens.peers", keys.publicKeys().toString());
    for (String peer : KeyMaterial.SERVICES) {
      if (!peer.equals(service)) {
        settings.put("sallyport.peers." + peer, addresses(peer, ports));
      }
    }
    return settings;
  }

  private Path folderOf(Replica replica) {
    Path folder = data.root().resolve(replica.name());
    try {
      PrivateFiles.folder(folder);
    } catch (IOException e) {
      throw new StartFailed("The folder " + folder + " cannot be made.", e);
    }
    return folder;
  }

  private static String addresses(String service, Map<Replica, Integer> ports) {
    return ports.entrySet().stream()
        .filter(one -> one.getKey().service().equals(service))
        .map(one -> "127.0.0.1:" + one.getValue())
        .collect(Collectors.joining(","));
  }

  private Map<String, String> common() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sallyport.logs", data.logs().toString());
    settings.put("quarkus.banner.enabled", "false");
    // Not being ready yet is asked for and answered many times at each start.
    settings.put("quarkus.log.category.\"io.smallrye.health\".level", "WARN");
    settings.put("sallyport.keyring", keys.keyRing().toString());
    return settings;
  }

  private Map<String, String> edge() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("quarkus.http.host", options.bind());
    settings.put("quarkus.http.port", Integer.toString(options.port()));
    settings.put("sallyport.edge.data", data.root().toString());
    settings.put("sallyport.edge.auth", options.noAuth() ? "none" : "required");
    settings.put("sallyport.admin.key", "file:" + adminKeyFile());
    settings.put("sallyport.edge.credentials-file", data.credentials().toString());
    options
        .config()
        .ifPresent(file -> settings.put("sallyport.edge.declaration.file", file.toString()));
    List<Path> clientFiles = new ArrayList<>(options.mcpJson());
    if (!demo.isEmpty()) {
      clientFiles.add(demoFile());
    }
    if (!clientFiles.isEmpty()) {
      settings.put(
          "sallyport.edge.declaration.mcp-json",
          clientFiles.stream()
              .map(file -> file.toString().replace("\\", "\\\\").replace(",", "\\,"))
              .collect(Collectors.joining(",")));
    }
    // The data folder is this gateway's own: what an earlier start declared and this one does not,
    // goes.
    settings.put("sallyport.edge.declaration.forget-absent", "true");
    return settings;
  }

  /** The demo server comes in as any server does that a client's file names. */
  private Path demoFile() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    ObjectNode server = json.putObject("mcpServers").putObject("demo");
    server.put("command", demo.getFirst());
    demo.subList(1, demo.size()).forEach(server.putArray("args")::add);
    Path file = data.run().resolve("demo.json");
    try {
      PrivateFiles.write(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new StartFailed("The file " + file + " cannot be written.", e);
    }
    return file;
  }

  /** By reference, so that no configuration holds the key itself. */
  private Path adminKeyFile() {
    Path file = data.keys().resolve("admin-key");
    try {
      PrivateFiles.write(file, credentials.adminKey());
    } catch (IOException e) {
      throw new StartFailed("The file " + file + " cannot be written.", e);
    }
    return file;
  }

  private Map<String, String> executor() {
    return Map.of("sallyport.executor.run-folder", data.run().toString());
  }

  private Map<String, String> sandbox() {
    return Map.of("sallyport.sandbox.run-folder", data.run().toString());
  }

  private static int portOf(Replica replica, Map<Replica, Integer> ports) {
    Integer port = ports.get(replica);
    if (port == null) {
      throw new IllegalArgumentException("no port for " + replica.name());
    }
    return port;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "GatewaySettings[" + data.root() + "]";
  }
}
