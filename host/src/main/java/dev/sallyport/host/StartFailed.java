package dev.sallyport.host;

/**
 * The start cannot go on for a reason that a person can mend. The message is shown as it is,
 * without a stack trace: it says what is wrong and what to do.
 */
public final class StartFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartFailed(String message) {
    super(message);
  }

  public StartFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
