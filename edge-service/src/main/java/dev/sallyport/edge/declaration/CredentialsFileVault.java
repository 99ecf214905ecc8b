package dev.sallyport.edge.declaration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Keeps keys as {@code keys.<name>} in the JSON file of {@code sallyport.edge.credentials-file}:
 * for its owner only, replaced whole, every other member untouched.
 */
@Singleton
@DefaultBean
class CredentialsFileVault implements DeclaredKeyVault {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Path file;

  @Inject
  CredentialsFileVault(
      @ConfigProperty(name = "sallyport.edge.credentials-file") Optional<Path> file) {
    this(file.orElse(null));
  }

  CredentialsFileVault(@Nullable Path file) {
    this.file = file;
  }

  @Override
  public synchronized Map<String, String> keys() throws IOException {
    Map<String, String> keys = new HashMap<>();
    read().path("keys").properties().stream()
        .filter(key -> key.getValue().isTextual())
        .forEach(key -> keys.put(key.getKey(), key.getValue().textValue()));
    return keys;
  }

  @Override
  public synchronized void keep(Map<String, String> keys) throws IOException {
    ObjectNode content = read();
    ObjectNode kept = content.withObjectProperty("keys");
    keys.forEach(kept::put);
    write(required(), (content.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode read() throws IOException {
    Path path = required();
    if (!Files.exists(path)) {
      return JSON.createObjectNode();
    }
    JsonNode content = JSON.readTree(Files.readAllBytes(path));
    if (content instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the credentials file is not a JSON object");
  }

  private Path required() throws IOException {
    if (file == null) {
      throw new IOException(
          "there is no sallyport.edge.credentials-file to keep a minted key in; declare the key with"
              + " `value` or `hash`");
    }
    return file;
  }

  private static void write(Path path, byte[] content) throws IOException {
    Path folder = DeclarationFile.folder(path);
    Path part =
        Files.createTempFile(
            folder,
            ".part-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
