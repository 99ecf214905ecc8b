package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while True: pass",
        "for i in range(1 << 60): pass",
        "x = [0 for i in range(1 << 60) if False]",
        "x = all(range(1, 1 << 60))",
        "def f(): return 1\nwhile True: f()",
        "x = 'a' * 100000\nwhile True: 'b' in x",
        "while True: re.search('a*b', 'a' * 1000)",
      })
  void anotherThreadStopsARun(String loop) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    HostFunction started =
        new HostFunction(
            "started",
            "",
            call -> {
              running.countDown();
              return null;
            });
    Meter meter = new Meter(Limits.NONE);
    CompletableFuture<StarlarkException> ended = new CompletableFuture<>();
    Thread script =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Scripts.run(
                        "started()\n" + loop, Scripts.LIBRARIES.with("started", started), meter);
                    ended.completeExceptionally(new AssertionError("came to its end"));
                  } catch (StarlarkException e) {
                    ended.complete(e);
                  }
                });
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

    meter.interrupt("the caller has gone");

    StarlarkException error = ended.get(20, TimeUnit.SECONDS);
    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.INTERRUPTED);
    assertThat(error).hasMessageContaining("the caller has gone");
    assertThat(error.catchable()).isFalse();
    assertThat(error.position()).isNotNull();
    assertThat(script.join(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aRunThatIsInterruptedBeforeItBeginsDoesNothing() {
    Meter meter = new Meter(Limits.DEFAULT);
    meter.interrupt("shutting down");
    StringBuilder printed = new StringBuilder();

    StarlarkException error =
        catchThrowableOfType(
            StarlarkException.class,
            () ->
                Program.parse("print(1)", "a", Scripts.WIDE)
                    .orThrow()
                    .run(Environment.EMPTY, meter, printed::append));

    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.INTERRUPTED);
    assertThat(printed).isEmpty();
  }
}
