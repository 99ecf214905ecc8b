package dev.sallyport.starlark;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints how fast scripts run: the first run and the best of many. Not a test; started by hand,
 * with {@code -XX:TieredStopAtLevel=1} for what a short-lived worker sees.
 */
final class SpeedReport {
  private static final int RUNS = 20;

  private SpeedReport() {}

  public static void main(String[] args) {
    Map<String, String> scripts = new LinkedHashMap<>();
    scripts.put(
        "a million additions in a function",
        "def f():\n  x = 0\n  for i in range(1000000):\n    x += i\n  return x\nresult = f()\n");
    scripts.put(
        "a million additions at the top level", "x = 0\nfor i in range(1000000):\n  x += i\n");
    scripts.put(
        "28,657 recursive calls",
        "def fib(n):\n  return n if n < 2 else fib(n - 1) + fib(n - 2)\nresult = fib(22)\n");
    scripts.put(
        "100,000 dicts and strings",
        """
        out = []
        for i in range(100000):
          d = {"a": i, "b": str(i)}
          if d["a"] % 3 == 0:
            out.append(d["b"].upper())
        """);
    scripts.put(
        "sorting 20,000 numbers", "x = sorted([i * 7919 % 100003 for i in range(20000)])\n");
    scripts.put("an empty script, parsed and run", "");
    scripts.forEach(SpeedReport::report);
  }

  private static void report(String title, String source) {
    double first = 0;
    double best = Double.MAX_VALUE;
    int runs = source.isEmpty() ? RUNS * 1000 : RUNS;
    for (int i = 0; i < runs; i++) {
      long begin = System.nanoTime();
      Program.parse(source, "speed.star", Scripts.WIDE)
          .orThrow()
          .run(Environment.EMPTY, new Meter(Limits.NONE), PrintSink.NONE);
      double took = (System.nanoTime() - begin) / 1e6;
      first = i == 0 ? took : first;
      best = Math.min(best, took);
    }
    System.out.printf("%-40s first %8.3f ms, best %8.3f ms%n", title, first, best);
  }
}
