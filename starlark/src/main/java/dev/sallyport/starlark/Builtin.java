package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** A function of the language or of a library: pure, and not counted as a call of the host. */
public final class Builtin extends StarlarkCallable {
  /** What the function does; a null argument is one that was not given. */
  @FunctionalInterface
  public interface Body {
    Object call(StarlarkThread thread, @Nullable Object[] args);
  }

  private final String name;
  private final Signature signature;
  private final Body body;

  /**
   * Makes a function.
   *
   * @param signature as {@link Signature} reads it
   */
  public Builtin(String name, String signature, Body body) {
    this.name = name;
    this.signature = Signature.of(signature);
    this.body = body;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  Object invoke(StarlarkThread thread, Object[] args, String[] names) {
    thread.meter().step();
    return body.call(thread, signature.bind(name, args, names, thread.meter()));
  }
}
