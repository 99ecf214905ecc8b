package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** A list, dict or set: what can be frozen, and must not change while it is iterated over. */
abstract sealed class Mutable implements StarlarkIterable permits StarlarkList, Dict, StarlarkSet {
  private boolean frozen;
  private int iterators;

  public boolean isFrozen() {
    return frozen;
  }

  @Override
  public void freeze() {
    frozen = true;
  }

  /** Called before every change. */
  void checkMutable() {
    if (frozen) {
      throw StarlarkException.of("cannot change a frozen " + typeName(), frozenHint());
    }
    if (iterators > 0) {
      throw StarlarkException.of(
          "cannot change a " + typeName() + " during iteration over it",
          "iterate over a copy: for x in list(...)");
    }
  }

  private @Nullable String frozenHint() {
    return switch (this) {
      case StarlarkList l -> "make a copy: list(x)";
      case Dict d -> "make a copy: dict(x)";
      case StarlarkSet s -> "make a copy: set(x)";
    };
  }

  // Frozen values may be shared between threads, so their counter is left alone.

  void beginIteration() {
    if (!frozen) {
      iterators++;
    }
  }

  void endIteration() {
    if (!frozen) {
      iterators--;
    }
  }
}
