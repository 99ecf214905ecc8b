package dev.sallyport.executor.upstream;

import dev.sallyport.kit.secret.SecretUnavailable;
import dev.sallyport.kit.secret.Secrets;
import java.util.HashMap;
import java.util.Map;

/** Resolves the secret references of a definition at the moment of connecting, and only then. */
final class ResolvedSecrets {

  private final Secrets secrets;

  ResolvedSecrets(Secrets secrets) {
    this.secrets = secrets;
  }

  Map<String, String> headers(Map<String, String> references) throws ConnectFailed {
    Map<String, String> resolved = resolve("header", references);
    for (Map.Entry<String, String> header : resolved.entrySet()) {
      if (header.getValue().chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7f)) {
        throw new ConnectFailed(
            "The header " + header.getKey() + " holds a control character; correct its value.");
      }
    }
    return resolved;
  }

  Map<String, String> environment(Map<String, String> references) throws ConnectFailed {
    return resolve("environment variable", references);
  }

  private Map<String, String> resolve(String what, Map<String, String> references)
      throws ConnectFailed {
    Map<String, String> resolved = new HashMap<>();
    for (Map.Entry<String, String> entry : references.entrySet()) {
      try {
        resolved.put(entry.getKey(), secrets.resolve(entry.getValue()).reveal());
      } catch (SecretUnavailable e) {
        throw new ConnectFailed("The " + what + " " + entry.getKey() + ": " + e.getMessage() + ".");
      }
    }
    return resolved;
  }
}
