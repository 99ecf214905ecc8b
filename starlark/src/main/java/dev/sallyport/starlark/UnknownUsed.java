package dev.sallyport.starlark;

/** The run would go on depending on an {@link Unknown}; no script can catch it. */
public final class UnknownUsed extends StarlarkException {
  private static final long serialVersionUID = 1L;

  UnknownUsed(String source) {
    super(Kind.UNKNOWN, "the script would go on depending on " + source, null, null);
  }
}
