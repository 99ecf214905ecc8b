package dev.sallyport.sandbox.worker;

import dev.sallyport.starlark.StarlarkException;
import org.jspecify.annotations.Nullable;

/** A cap of the run that the worker counts and the interpreter does not know. */
final class CapReached extends StarlarkException {
  private static final long serialVersionUID = 1L;

  CapReached(String message, @Nullable String hint) {
    super(Kind.LIMIT, message, hint, null);
  }
}
