package dev.sallyport.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of this machine's gateway, readable by its owner only: so that later starts and the
 * command line have them. Policy keeps hashes only.
 *
 * @param mcpUrl where agents connect
 * @param adminUrl where {@code /api/v1} is
 * @param adminKey key of the admin API, {@code sa-…}
 * @param key the first virtual key; empty until it is made
 * @param keys further virtual keys by name
 */
public record CredentialsFile(
    String mcpUrl,
    String adminUrl,
    String adminKey,
    Optional<String> key,
    Map<String, String> keys) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public CredentialsFile {
    keys = Map.copyOf(keys);
  }

  /**
   * @throws StartFailed if the file cannot be read or is not what was written
   */
  public static Optional<CredentialsFile> read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      Map<String, String> keys = new LinkedHashMap<>();
      json.path("keys").properties().forEach(e -> keys.put(e.getKey(), e.getValue().asText()));
      String key = json.path("key").asText("");
      return Optional.of(
          new CredentialsFile(
              json.path("mcpUrl").asText(""),
              json.path("adminUrl").asText(""),
              json.path("adminKey").asText(""),
              key.isEmpty() ? Optional.empty() : Optional.of(key),
              keys));
    } catch (IOException e) {
      throw new StartFailed(
          "The credentials file "
              + file
              + " cannot be read. Restore it, or remove it: new keys are"
              + " made then.",
          e);
    }
  }

  /** Writes the file whole, for its owner only. */
  public void write(Path file) {
    ObjectNode json = JSON.createObjectNode();
    json.put("mcpUrl", mcpUrl);
    key.ifPresent(value -> json.put("key", value));
    json.put("adminUrl", adminUrl);
    json.put("adminKey", adminKey);
    ObjectNode named = json.putObject("keys");
    keys.forEach(named::put);
    try {
      PrivateFiles.write(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new StartFailed("The credentials file " + file + " cannot be written.", e);
    }
  }

  public CredentialsFile withKey(String newKey) {
    return new CredentialsFile(mcpUrl, adminUrl, adminKey, Optional.of(newKey), keys);
  }

  public CredentialsFile withUrls(String newMcpUrl, String newAdminUrl) {
    return new CredentialsFile(newMcpUrl, newAdminUrl, adminKey, key, keys);
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "CredentialsFile[" + mcpUrl + ", ***]";
  }
}
