package dev.sallyport.kit.secret;

/**
 * A reference that cannot be resolved; the message names the reference and is safe to show to
 * administrators.
 */
public final class SecretUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SecretUnavailable(String message) {
    super(message);
  }

  public SecretUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
