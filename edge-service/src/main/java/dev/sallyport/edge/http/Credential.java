package dev.sallyport.edge.http;

import dev.sallyport.kit.secret.Secret;
import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request brings to say who calls. */
sealed interface Credential {

  /** One credential, maybe in several places. */
  record Presented(Secret key) implements Credential {}

  record Missing() implements Credential {}

  /** Two that differ: the request is refused rather than guessed at. */
  record Ambiguous() implements Credential {}

  /** A scheme that this gateway does not know. */
  record Unknown() implements Credential {}

  static Credential of(MultiMap headers) {
    String found = null;
    boolean unknown = false;
    for (String value : headers.getAll("Authorization")) {
      String key = bearer(value);
      if (key == null) {
        unknown = true;
      } else if (found == null || found.equals(key)) {
        found = key;
      } else {
        return new Ambiguous();
      }
    }
    for (String name : List.of("x-sallyport-key", "x-api-key")) {
      for (String value : headers.getAll(name)) {
        String key = value.strip();
        if (found == null || found.equals(key)) {
          found = key;
        } else {
          return new Ambiguous();
        }
      }
    }
    if (unknown) {
      return found == null ? new Unknown() : new Ambiguous();
    }
    return found == null || found.isEmpty() ? new Missing() : new Presented(Secret.of(found));
  }

  /** RFC 6750 section 2.1; the scheme's case does not matter (RFC 9110 section 11.1). */
  private static @Nullable String bearer(String value) {
    return value.regionMatches(true, 0, "Bearer ", 0, 7) ? value.substring(7).strip() : null;
  }
}
