package dev.sallyport.rules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of {@code matches}: RE2, and written out in the condition, so that what they cost is
 * known before a call comes.
 */
final class Regex {

  /** In instructions; every character that is matched may meet each of them. */
  static final int LARGEST_PROGRAM = 500;

  private static final int LONGEST = 500;
  private static final long MOST_REPETITIONS = 100_000;
  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

  private Regex() {}

  static boolean isMatch(CelExpr.CelCall call) {
    return call.function().equals("matches");
  }

  /** The pattern of a {@code matches}, as function and as method. */
  static @Nullable CelExpr pattern(CelExpr.CelCall call) {
    List<CelExpr> arguments = call.args();
    return arguments.isEmpty() ? null : arguments.getLast();
  }

  /** What is wrong with a pattern of the expression, and the fix. */
  static Optional<String> refused(CelExpr expression) {
    return Walk.calls(expression)
        .filter(Regex::isMatch)
        .map(call -> wrong(pattern(call)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> wrong(@Nullable CelExpr pattern) {
    if (pattern == null || text(pattern) == null) {
      return Optional.of("the pattern of matches() must be a text in quotes");
    }
    String text = String.valueOf(text(pattern));
    if (text.length() > LONGEST || repetitions(text) > MOST_REPETITIONS) {
      return Optional.of(tooLarge());
    }
    try {
      return Pattern.compile(text).programSize() > LARGEST_PROGRAM
          ? Optional.of(tooLarge())
          : Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of("the pattern of matches() is not an RE2 pattern: " + e.getDescription());
    }
  }

  private static String tooLarge() {
    return "the pattern of matches() is too large; make it shorter, with fewer repetitions";
  }

  /** At most this many copies of a part are made when the pattern is compiled. */
  private static long repetitions(String text) {
    long product = 1;
    Matcher matcher = REPETITION.matcher(text);
    while (matcher.find()) {
      String most = matcher.group(2);
      long times =
          Math.max(
              Long.parseLong(matcher.group(1)),
              most == null || most.isEmpty() ? 1 : Long.parseLong(most));
      product = Math.min(MOST_REPETITIONS + 1, product * Math.max(1, times));
    }
    return product;
  }

  /** Instructions of a pattern that was accepted. */
  static int size(CelExpr pattern) {
    return Pattern.compile(String.valueOf(text(pattern))).programSize();
  }

  private static @Nullable String text(CelExpr expression) {
    return expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? expression.constant().stringValue()
        : null;
  }
}
