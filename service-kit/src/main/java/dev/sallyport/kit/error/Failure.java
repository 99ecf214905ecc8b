package dev.sallyport.kit.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An expected failure as a value.
 *
 * @param message safe to show to the caller: no secret, host or stack
 * @param retryAfter how long to wait before a new try, where known
 */
public record Failure(ErrorCode code, String message, @Nullable Duration retryAfter) {

  public static Failure of(ErrorCode code) {
    return new Failure(code, code.message(), null);
  }

  public static Failure of(ErrorCode code, String message) {
    return new Failure(code, message, null);
  }
}
