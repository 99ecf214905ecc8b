package dev.sallyport.codemode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Between what a number must be; null is no bound. */
record Bounds(
    @Nullable BigDecimal least,
    @Nullable BigDecimal above,
    @Nullable BigDecimal most,
    @Nullable BigDecimal below) {

  /**
   * A plain number within the bounds, if there is one.
   *
   * @param step it is a multiple of this positive number; null for any
   */
  BigDecimal number(@Nullable BigDecimal step) {
    BigDecimal plain = step == null ? BigDecimal.ONE : step;
    if (fits(plain)) {
      return plain;
    }
    BigDecimal low = greater(least, above);
    BigDecimal high = lesser(most, below);
    if (step == null) {
      return low != null && high != null
          ? low.add(high).divide(BigDecimal.TWO)
          : low != null ? low.add(BigDecimal.ONE) : high == null ? plain : high.subtract(plain);
    }
    if (low != null) {
      BigDecimal from = low.divide(step, 0, RoundingMode.CEILING).multiply(step);
      return fits(from) ? from : from.add(step);
    }
    if (high != null) {
      BigDecimal from = high.divide(step, 0, RoundingMode.FLOOR).multiply(step);
      return fits(from) ? from : from.subtract(step);
    }
    return plain;
  }

  private boolean fits(BigDecimal number) {
    return (least == null || number.compareTo(least) >= 0)
        && (above == null || number.compareTo(above) > 0)
        && (most == null || number.compareTo(most) <= 0)
        && (below == null || number.compareTo(below) < 0);
  }

  private static @Nullable BigDecimal greater(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null ? b : b == null ? a : a.max(b);
  }

  private static @Nullable BigDecimal lesser(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null ? b : b == null ? a : a.min(b);
  }
}
