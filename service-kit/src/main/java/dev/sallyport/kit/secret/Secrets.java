package dev.sallyport.kit.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Resolves references to secrets at the moment of use, so that a rotated file is picked up without
 * a restart.
 */
public final class Secrets {

  private final Map<String, String> environment;

  private Secrets(Map<String, String> environment) {
    this.environment = environment;
  }

  public static Secrets ofProcess() {
    return new Secrets(System.getenv());
  }

  public static Secrets of(Map<String, String> environment) {
    return new Secrets(Map.copyOf(environment));
  }

  /**
   * Resolves {@code env:NAME}, {@code file:PATH} (its trailing line break is not part of the
   * secret), a text with {@code ${env:NAME}} in it, or a literal.
   *
   * @throws SecretUnavailable naming the reference, never the value
   */
  public Secret resolve(String text) {
    SecretReference reference;
    try {
      reference = SecretReference.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SecretUnavailable(String.valueOf(e.getMessage()), e);
    }
    return switch (reference) {
      case SecretReference.Literal literal -> literal.value();
      case SecretReference.Environment variable -> {
        String value = environment.get(variable.name());
        if (value == null) {
          throw new SecretUnavailable(
              "the environment variable " + variable.name() + " is not set where the gateway runs");
        }
        yield Secret.of(value);
      }
      case SecretReference.Template template ->
          Secret.of(template.fill(inner -> resolve(inner).reveal()));
      case SecretReference.File file -> Secret.of(read(Path.of(file.path())));
    };
  }

  private static String read(Path path) {
    try {
      String text = Files.readString(path);
      int end = text.length();
      while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
        end--;
      }
      return text.substring(0, end);
    } catch (IOException e) {
      throw new SecretUnavailable("the secret file " + path + " cannot be read", e);
    }
  }
}
