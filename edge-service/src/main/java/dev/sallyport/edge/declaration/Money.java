package dev.sallyport.edge.declaration;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Amounts of money as people write them: exact decimals of an unnamed currency, kept as millionths
 * of its unit. No floating point anywhere.
 */
public final class Money {

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,12}(\\.\\d{1,18})?");
  private static final int MICRO_PLACES = 6;

  private Money() {}

  /** Millionths; empty for what is no decimal of at most six places, or negative. */
  public static Optional<Long> micros(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal micros = new BigDecimal(text).movePointRight(MICRO_PLACES).stripTrailingZeros();
    return micros.scale() > 0 ? Optional.empty() : Optional.of(micros.longValueExact());
  }

  /** At least two places: {@code 10.00}, {@code 0.000125}. */
  public static String text(long micros) {
    BigDecimal exact = BigDecimal.valueOf(micros, MICRO_PLACES).stripTrailingZeros();
    return (exact.scale() < 2 ? exact.setScale(2) : exact).toPlainString();
  }
}
