package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** A host value that takes part in arithmetic. */
public interface HasBinary extends StarlarkValue {
  /**
   * The result of a binary operator, or null where the operands do not fit.
   *
   * @param operator as it is written: {@code +}, {@code -}, {@code *}, {@code /}, {@code //}, ...
   * @param other the other operand
   * @param thisLeft whether this value is the left operand
   */
  @Nullable Object binary(String operator, Object other, boolean thisLeft);
}
