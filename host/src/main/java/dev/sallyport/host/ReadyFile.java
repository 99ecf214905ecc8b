package dev.sallyport.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a script needs once the gateway is ready, as one JSON object; the file appears whole.
 *
 * @param key empty with {@code --no-auth}
 * @param pid the process to end when done: standalone, or the supervisor of {@code --split}
 */
public record ReadyFile(
    String mcpUrl, Optional<String> key, String adminUrl, String adminKey, long pid) {

  public void write(Path file) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("mcpUrl", mcpUrl);
    key.ifPresent(value -> json.put("key", value));
    json.put("adminUrl", adminUrl);
    json.put("adminKey", adminKey);
    json.put("pid", pid);
    try {
      PrivateFiles.write(file, json + "\n");
    } catch (IOException e) {
      throw new StartFailed("The ready file " + file + " cannot be written.", e);
    }
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "ReadyFile[" + mcpUrl + ", pid " + pid + "]";
  }
}
