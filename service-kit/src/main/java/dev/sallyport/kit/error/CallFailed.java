package dev.sallyport.kit.error;

/**
 * An expected {@link Failure} on a path that can only carry an exception (a Uni, a Multi, a gRPC
 * stream).
 */
public final class CallFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public CallFailed(Failure failure) {
    super(failure.code().wireName() + ": " + failure.message(), null, false, false);
    this.failure = failure;
  }

  public CallFailed(Failure failure, Throwable cause) {
    super(failure.code().wireName() + ": " + failure.message(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
