package dev.sallyport.executor.upstream;

/** A request of the gateway's own had no answer. */
public final class RequestFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient TransportFailure failure;

  public RequestFailed(TransportFailure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public TransportFailure failure() {
    return failure;
  }
}
