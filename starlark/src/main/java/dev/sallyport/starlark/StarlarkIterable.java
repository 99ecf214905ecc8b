package dev.sallyport.starlark;

/** A value that loops, comprehensions and built-in functions can iterate over. */
public interface StarlarkIterable extends StarlarkValue, Iterable<Object> {
  /** The number of elements. */
  int size();
}
