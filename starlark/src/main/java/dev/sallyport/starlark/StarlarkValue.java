package dev.sallyport.starlark;

/**
 * A value of a type that is not one of Java's own. Scripts see Boolean, Long, BigInteger (only
 * outside the range of Long), Double and String as they are; every other value implements this
 * interface. A host may add types of its own, with {@link HasAttributes}, {@link HasBinary}, {@link
 * Comparable} and {@link StarlarkIterable}; {@code equals} and {@code hashCode} decide about
 * equality. A host value that is shared between runs must be immutable.
 */
public interface StarlarkValue {
  /** What {@code type(x)} says. */
  String typeName();

  /** What {@code bool(x)} says. */
  default boolean truth() {
    return true;
  }

  /** What {@code repr(x)} says. */
  default void repr(Printer out) {
    out.append("<").append(typeName()).append(">");
  }

  /** What {@code str(x)} says. */
  default void str(Printer out) {
    repr(out);
  }

  /** Makes a mutable value immutable, without following references. */
  default void freeze() {}
}
