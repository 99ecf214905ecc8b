package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** A local variable that a nested function shares. */
final class Cell {
  @Nullable Object value;

  Cell(@Nullable Object value) {
    this.value = value;
  }
}
