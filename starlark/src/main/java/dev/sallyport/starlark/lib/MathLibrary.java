package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.Values;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The library {@code math}. Results are the same on every machine ({@link StrictMath}); where a
 * function has no result for its operand it fails, and does not give NaN.
 */
public final class MathLibrary {

  /** The value; immutable. */
  public static final Namespace VALUE = build();

  private MathLibrary() {}

  private static Namespace build() {
    Library library =
        new Library("math")
            .constant("pi", Math.PI)
            .constant("e", Math.E)
            .constant("inf", Double.POSITIVE_INFINITY)
            .constant("nan", Double.NaN)
            .function("ceil", "x, /", (t, a) -> whole("math.ceil", a, Math::ceil))
            .function("floor", "x, /", (t, a) -> whole("math.floor", a, Math::floor))
            .function("log", "x, base?, /", (t, a) -> log(a));
    // Halves are rounded away from zero.
    unary(library, "round", x -> Math.copySign(fraction(Math.abs(x)), x));
    unary(library, "fabs", Math::abs);
    unary(library, "sqrt", StrictMath::sqrt);
    unary(library, "exp", StrictMath::exp);
    unary(library, "sin", StrictMath::sin);
    unary(library, "cos", StrictMath::cos);
    unary(library, "tan", StrictMath::tan);
    unary(library, "asin", StrictMath::asin);
    unary(library, "acos", StrictMath::acos);
    unary(library, "atan", StrictMath::atan);
    unary(library, "sinh", StrictMath::sinh);
    unary(library, "cosh", StrictMath::cosh);
    unary(library, "tanh", StrictMath::tanh);
    unary(library, "asinh", MathLibrary::asinh);
    unary(library, "acosh", x -> StrictMath.log(x + StrictMath.sqrt(x * x - 1)));
    unary(library, "atanh", x -> 0.5 * StrictMath.log((1 + x) / (1 - x)));
    unary(library, "degrees", x -> x / Math.PI * 180);
    unary(library, "radians", x -> x / 180 * Math.PI);
    binary(library, "pow", StrictMath::pow);
    binary(library, "atan2", StrictMath::atan2);
    binary(library, "hypot", StrictMath::hypot);
    binary(library, "copysign", Math::copySign);
    binary(library, "mod", (x, y) -> x % y);
    binary(library, "remainder", StrictMath::IEEEremainder);
    return library.build();
  }

  private static double fraction(double x) {
    double floor = Math.floor(x);
    return x - floor >= 0.5 ? floor + 1 : floor;
  }

  private static double asinh(double x) {
    double size = Math.abs(x);
    return Math.copySign(StrictMath.log(size + StrictMath.sqrt(size * size + 1)), x);
  }

  private static void unary(Library library, String name, DoubleUnaryOperator function) {
    library.function(
        name,
        "x, /",
        (t, a) -> {
          t.meter().steps(3);
          double x = Values.toDouble(Library.given(a, 0), "math." + name);
          return checked("math." + name, function.applyAsDouble(x), Double.isNaN(x));
        });
  }

  private static void binary(Library library, String name, DoubleBinaryOperator function) {
    library.function(
        name,
        "x, y, /",
        (t, a) -> {
          t.meter().steps(3);
          double x = Values.toDouble(Library.given(a, 0), "math." + name);
          double y = Values.toDouble(Library.given(a, 1), "math." + name);
          return checked(
              "math." + name, function.applyAsDouble(x, y), Double.isNaN(x) || Double.isNaN(y));
        });
  }

  private static double checked(String name, double result, boolean fromNaN) {
    if (Double.isNaN(result) && !fromNaN) {
      throw StarlarkException.of(name + ": the operand is outside its domain");
    }
    return result;
  }

  private static Object whole(String name, @Nullable Object[] a, DoubleUnaryOperator function) {
    Object x = Library.given(a, 0);
    return x instanceof Double d ? Values.toInt(function.applyAsDouble(d)) : toInteger(name, x);
  }

  private static Object toInteger(String name, Object x) {
    Values.toDouble(x, name);
    return x;
  }

  private static double log(@Nullable Object[] a) {
    double x = Values.toDouble(Library.given(a, 0), "math.log");
    if (x <= 0) {
      throw StarlarkException.of("math.log: the operand must be positive");
    }
    if (a[1] == null) {
      return StrictMath.log(x);
    }
    double base = Values.toDouble(a[1], "math.log");
    if (base <= 0 || base == 1) {
      throw StarlarkException.of("math.log: the base must be positive, and not 1");
    }
    return base == 10 ? StrictMath.log10(x) : StrictMath.log(x) / StrictMath.log(base);
  }
}
