package dev.sallyport.starlark;

/**
 * Thrown by a host function to stop the run, without an error: the script waits for something. The
 * run is over; the host runs the program again from the start and answers the calls that were made
 * from its journal.
 */
public final class Suspended extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Object payload;

  public Suspended(Object payload) {
    super("suspended", null, false, false);
    this.payload = payload;
  }

  /** What the host function gave. */
  public Object payload() {
    return payload;
  }
}
