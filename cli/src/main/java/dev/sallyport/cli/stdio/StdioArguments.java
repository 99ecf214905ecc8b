package dev.sallyport.cli.stdio;

import dev.sallyport.cli.stdio.http.HttpExchange;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.StartFailed;
import dev.sallyport.mcp.name.ServerName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for, by option name.
 *
 * @param given options with their values
 */
record StdioArguments(Map<String, String> given) {

  static final String URL = "--url";
  static final String KEY = "--key";
  static final String KEY_ENV = "--key-env";
  static final String KEY_FILE = "--key-file";
  static final String SERVER = "--server";
  static final String DATA = "--data";

  static final List<String> NAMES = List.of(URL, KEY, KEY_ENV, KEY_FILE, SERVER, DATA);

  /**
   * Reads arguments that are nothing but known options with values; empty for any others, which
   * picocli then explains. A bridge starts twice as fast without picocli.
   */
  static Optional<StdioArguments> plain(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (!NAMES.contains(name) || (equals < 0 && ++i == arguments.size())) {
        return Optional.empty();
      }
      String value = equals < 0 ? arguments.get(i) : argument.substring(equals + 1);
      if (value.isEmpty() || value.startsWith("-") || given.put(name, value) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new StdioArguments(Map.copyOf(given)));
  }

  /**
   * @throws StartFailed when they cannot be meant
   */
  Destination.Source destination(Map<String, String> environment) {
    String url = given.getOrDefault(URL, environment.get("SALLYPORT_URL"));
    String data = given.get(DATA);
    String server = given.get(SERVER);
    if (server != null && ServerName.problem(server) != null) {
      throw new StartFailed("--server takes the name of a server. " + ServerName.problem(server));
    }
    return new LocalGateway(
        data == null ? DataFolder.usual() : Path.of(data),
        url == null ? null : endpoint(url),
        key(environment),
        server);
  }

  private static URI endpoint(String text) {
    try {
      URI url = URI.create(text);
      String scheme = url.getScheme();
      if (url.getHost() == null
          || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
        throw new IllegalArgumentException();
      }
      String path = url.getRawPath();
      return path.isEmpty() || path.equals("/") ? url.resolve("/mcp") : url;
    } catch (IllegalArgumentException e) {
      throw new StartFailed(
          "--url takes a URL such as http://127.0.0.1:8686/mcp, not " + text + ".");
    }
  }

  private @Nullable String key(Map<String, String> environment) {
    if (List.of(KEY, KEY_ENV, KEY_FILE).stream().filter(given::containsKey).count() > 1) {
      throw new StartFailed("Give one of --key, --key-env and --key-file.");
    }
    String key = given.get(KEY);
    String variable = given.get(KEY_ENV);
    String file = given.get(KEY_FILE);
    if (variable != null) {
      key = environment.get(variable);
      if (key == null) {
        throw new StartFailed(
            "--key-env names " + variable + ", which is not set in the environment of the bridge.");
      }
    } else if (file != null) {
      try {
        key = Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new StartFailed("--key-file names " + file + ", which cannot be read.", e);
      }
    } else if (key == null) {
      key = environment.get("SALLYPORT_KEY");
    }
    if (key == null) {
      return null;
    }
    String stripped = key.strip();
    if (stripped.isEmpty() || !HttpExchange.isPlain(stripped)) {
      throw new StartFailed("The key is empty or holds characters that no key has.");
    }
    return stripped;
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "StdioArguments" + given.keySet();
  }
}
