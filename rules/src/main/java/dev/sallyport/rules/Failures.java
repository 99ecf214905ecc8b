package dev.sallyport.rules;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;

/**
 * Why a condition could not be evaluated, without the values that it looked at: these sentences go
 * to records and logs.
 */
final class Failures {

  private Failures() {}

  static String why(CelEvaluationException e) {
    CelErrorCode code = e.getErrorCode();
    return switch (code) {
      case ATTRIBUTE_NOT_FOUND -> "something that it looks at is not there; ask with has() first";
      case OVERLOAD_NOT_FOUND -> "a value that it looks at is of another type";
      case ITERATION_BUDGET_EXCEEDED -> "it looks at too many elements";
      case INDEX_OUT_OF_BOUNDS -> "it looks at an element after the end of a list";
      case DIVIDE_BY_ZERO -> "it divides by zero";
      case NUMERIC_OVERFLOW -> "a number becomes too large";
      case BAD_FORMAT -> "a text that it converts has another form";
      default -> "it cannot be evaluated (" + code.name().toLowerCase(java.util.Locale.ROOT) + ")";
    };
  }
}
