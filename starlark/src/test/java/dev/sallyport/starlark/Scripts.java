package dev.sallyport.starlark;

import dev.sallyport.starlark.lib.JsonLibrary;
import dev.sallyport.starlark.lib.MathLibrary;
import dev.sallyport.starlark.lib.RegexLibrary;
import dev.sallyport.starlark.lib.TimeLibrary;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the tests run scripts with. */
final class Scripts {
  /** Everything on, so that a test is about one thing. */
  static final Dialect WIDE = new Dialect(true, true, true, true, true);

  static final Environment LIBRARIES =
      Environment.of(
          Map.of(
              "json", JsonLibrary.VALUE,
              "math", MathLibrary.VALUE,
              "re", RegexLibrary.VALUE,
              "time", TimeLibrary.at(Instant.parse("2026-11-29T12:00:00Z"))));

  private Scripts() {}

  static StarlarkModule run(String source) {
    return run(source, LIBRARIES, new Meter(Limits.DEFAULT));
  }

  static StarlarkModule run(String source, Environment environment, Meter meter) {
    return Program.parse(source, "test.star", WIDE)
        .orThrow()
        .run(environment, meter, PrintSink.NONE);
  }

  /** The time that this thread has worked, whatever else the machine does. */
  static Duration cpuTime() {
    return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  /** The value of an expression. */
  static Object eval(String expression) {
    Object value = run("result = (" + expression + ")").get("result");
    if (value == null) {
      throw new AssertionError("no result");
    }
    return value;
  }

  /** The value of an expression as text, which tells types apart. */
  static String show(String expression) {
    return Values.repr(eval(expression), Meter.unlimited());
  }

  /** The error that a script ends in. */
  static StarlarkException failure(String source) {
    return failure(source, WIDE);
  }

  static StarlarkException failure(String source, Dialect dialect) {
    try {
      Program.parse(source, "test.star", dialect)
          .orThrow()
          .run(LIBRARIES, new Meter(Limits.DEFAULT), PrintSink.NONE);
    } catch (StarlarkException e) {
      return e;
    }
    throw new AssertionError("no error in: " + source);
  }

  static List<String> prints(String source) {
    List<String> lines = new ArrayList<>();
    Program.parse(source, "test.star", WIDE)
        .orThrow()
        .run(LIBRARIES, new Meter(Limits.DEFAULT), lines::add);
    return lines;
  }
}
