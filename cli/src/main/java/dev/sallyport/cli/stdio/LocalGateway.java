package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateway that the options name, and for what they leave out, the one of the data folder. Its
 * credentials are looked up again whenever the file changes. Read with the scanner of mcp and not
 * as {@code CredentialsFile}, which would cost the bridge a JSON library at every start.
 */
final class LocalGateway implements Destination.Source {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Path credentials;
  private final @Nullable URI url;
  private final @Nullable String key;
  private final @Nullable String server;

  private @Nullable Version version;
  private @Nullable Kept kept;

  private record Version(FileTime modified, long size) {}

  private record Kept(URI url, @Nullable String key) {}

  /**
   * @param url the MCP endpoint; null for that of the data folder's gateway
   * @param key null for that of the data folder, which is sent to that gateway only
   * @param server null for all servers
   */
  LocalGateway(Path dataFolder, @Nullable URI url, @Nullable String key, @Nullable String server) {
    this.credentials = dataFolder.resolve("credentials");
    this.url = url;
    this.key = key;
    this.server = server;
  }

  @Override
  public synchronized Destination now() {
    Kept found = url != null && key != null ? null : kept();
    if (url != null) {
      boolean ours = found != null && sameGateway(url, found.url());
      return known(url, key == null && ours && found != null ? found.key() : key);
    }
    if (found == null) {
      return new Destination.Unknown(
          "No gateway has been started with the data folder "
              + credentials.toAbsolutePath().normalize().getParent()
              + ". Start one with `./sallyport up`, name its folder with --data, or give --url and a"
              + " key.");
    }
    return known(found.url(), key == null ? found.key() : key);
  }

  private Destination known(URI endpoint, @Nullable String withKey) {
    return new Destination.Known(
        server == null ? endpoint : URI.create(endpoint + "/servers/" + server), withKey);
  }

  /** The same scheme, host and port, where this machine has several names. */
  private static boolean sameGateway(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getPort() == other.getPort()
        && (one.getHost().equalsIgnoreCase(other.getHost())
            || (LOOPBACK.contains(one.getHost()) && LOOPBACK.contains(other.getHost())));
  }

  private @Nullable Kept kept() {
    try {
      BasicFileAttributes seen = Files.readAttributes(credentials, BasicFileAttributes.class);
      Version now = new Version(seen.lastModifiedTime(), seen.size());
      if (!now.equals(version)) {
        kept = read(Files.readAllBytes(credentials));
        version = now;
      }
    } catch (NoSuchFileException e) {
      kept = null;
      version = null;
    } catch (IOException | MalformedJson | IllegalArgumentException e) {
      // Being written, or not ours to read: what was known stays known.
      version = null;
    }
    return kept;
  }

  private static @Nullable Kept read(byte[] file) {
    JsonObject object = JsonObject.of(file);
    String endpoint = object.string("mcpUrl");
    return endpoint == null ? null : new Kept(URI.create(endpoint), object.string("key"));
  }
}
