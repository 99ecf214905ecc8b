package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script has paid for is never less than what its values take. */
class MemoryTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = [i + 1000 for i in range(200000)]",
        "x = {i + 1000: i + 5000 for i in range(100000)}",
        "x = [[] for i in range(100000)]",
        "x = [{\"a\": i + 1000} for i in range(30000)]",
        "x = [str(i) for i in range(100000)]",
        "x = [lambda: i for i in range(60000)]",
        "x = [1 << 1000 for i in range(20000)]",
        "x = [range(i) for i in range(60000)]",
        "x = [re.search(\"(a)\", \"xa\") for i in range(30000)]",
        "x = [time.now() + time.second for i in range(30000)]",
      })
  void aRunHoldsNoMoreThanItHasPaidFor(String source) {
    Measured measured = measure(source);

    assertThat(measured.held).as("what %s makes", source).isGreaterThan(500_000);
    assertThat(measured.paid).as("bytes paid for by %s", source).isGreaterThan(measured.held);
  }

  private record Measured(long held, long paid) {}

  private static Measured measure(String source) {
    long[] heap = new long[2];
    long[] paid = new long[2];
    HostFunction mark =
        new HostFunction(
            "mark",
            "i",
            call -> {
              int i = Long.valueOf(1).equals(call.argument("i")) ? 1 : 0;
              heap[i] = used();
              paid[i] = call.thread().meter().bytesUsed();
              return null;
            });
    Scripts.run(
        "mark(0)\n" + source + "\nmark(1)\n",
        Environment.of(Map.of("mark", mark))
            .with("json", library("json"))
            .with("re", library("re"))
            .with("time", library("time")),
        new Meter(Limits.NONE));
    return new Measured(heap[1] - heap[0], paid[1] - paid[0]);
  }

  private static Object library(String name) {
    Object value = Scripts.LIBRARIES.values().get(name);
    if (value == null) {
      throw new AssertionError(name);
    }
    return value;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    // The serial collector moves everything together only every fourth time.
    for (int i = 0; i < 4; i++) {
      runtime.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
