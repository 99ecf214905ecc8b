package dev.sallyport.starlark;

/** A value that can be called; a host calls it with {@link StarlarkThread#call}. */
public abstract sealed class StarlarkCallable implements StarlarkValue
    permits StarlarkFunction, Builtin, HostFunction, BoundMethod {
  static final String[] NO_NAMES = new String[0];

  public abstract String name();

  /**
   * Calls it.
   *
   * @param args the positional arguments, then the named ones
   * @param names the names of the last arguments
   */
  abstract Object invoke(StarlarkThread thread, Object[] args, String[] names);

  @Override
  public String typeName() {
    return "builtin_function_or_method";
  }

  @Override
  public void repr(Printer out) {
    out.append("<built-in function ").append(name()).append(">");
  }
}
