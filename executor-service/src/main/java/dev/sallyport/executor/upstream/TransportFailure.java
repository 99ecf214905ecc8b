package dev.sallyport.executor.upstream;

import dev.sallyport.kit.error.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request has no answer.
 *
 * @param message safe to show to the caller
 * @param delivery whether the upstream may have acted on it
 * @param retryAfter what the upstream asked for, where it did
 * @param httpStatus of the answer; 0 where there was none
 */
public record TransportFailure(
    ErrorCode code,
    String message,
    Delivery delivery,
    @Nullable Duration retryAfter,
    int httpStatus) {

  public TransportFailure(
      ErrorCode code, String message, Delivery delivery, @Nullable Duration retryAfter) {
    this(code, message, delivery, retryAfter, 0);
  }

  /** What is known about a request that was not answered. */
  public enum Delivery {
    /** The upstream provably never had it. */
    NOT_DELIVERED,
    /** The upstream had it and refused it without acting on it. */
    REFUSED,
    /** The upstream answered, with something that cannot be used. */
    ANSWERED,
    /** Nobody knows. */
    UNKNOWN
  }

  public static TransportFailure notDelivered(ErrorCode code, String message) {
    return new TransportFailure(code, message, Delivery.NOT_DELIVERED, null);
  }

  public static TransportFailure lost() {
    return new TransportFailure(
        ErrorCode.UPSTREAM_LOST, ErrorCode.UPSTREAM_LOST.message(), Delivery.UNKNOWN, null);
  }

  public static TransportFailure refused(String message) {
    return new TransportFailure(ErrorCode.UPSTREAM_REFUSED, message, Delivery.REFUSED, null);
  }

  public static TransportFailure garbage() {
    return new TransportFailure(
        ErrorCode.UPSTREAM_GARBAGE, ErrorCode.UPSTREAM_GARBAGE.message(), Delivery.ANSWERED, null);
  }

  public static TransportFailure tooLarge() {
    return new TransportFailure(
        ErrorCode.UPSTREAM_TOO_LARGE,
        ErrorCode.UPSTREAM_TOO_LARGE.message(),
        Delivery.ANSWERED,
        null);
  }
}
