package dev.sallyport.edge;

import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Amounts of money as people write them, in millionths of the currency unit. Always exact. */
public final class Money {

  /** A thousand million units. */
  public static final long MOST = 1_000_000_000_000_000L;

  private static final int PLACES = 6;
  private static final int USUAL_PLACES = 2;
  private static final Pattern AMOUNT = Pattern.compile("(0|[1-9]\\d{0,9})(\\.\\d{1,6})?");

  private Money() {}

  /** {@code 10}, {@code 10.00}, {@code 0.000001}; empty for everything else. */
  public static OptionalLong parse(String text) {
    return AMOUNT.matcher(text).matches()
        ? OptionalLong.of(new BigDecimal(text).movePointRight(PLACES).longValueExact())
        : OptionalLong.empty();
  }

  /** With as many decimals as there are, and at least two. */
  public static String text(long millionths) {
    BigDecimal amount = BigDecimal.valueOf(millionths, PLACES).stripTrailingZeros();
    return amount.setScale(Math.max(USUAL_PLACES, amount.scale())).toPlainString();
  }
}
