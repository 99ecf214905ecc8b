package dev.sallyport.starlark;

/** A limit of the run was reached; no script can catch it, and the {@link Meter} stays spent. */
public final class LimitExceeded extends StarlarkException {
  private static final long serialVersionUID = 1L;

  /** Which limit. */
  public enum Limit {
    STEPS,
    BYTES,
    CALL_DEPTH,
    /** How deep code may be written, or data nested. */
    NESTING,
    OUTPUT
  }

  private final Limit limit;

  LimitExceeded(Limit limit, String message) {
    super(Kind.LIMIT, message, null, null);
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }
}
