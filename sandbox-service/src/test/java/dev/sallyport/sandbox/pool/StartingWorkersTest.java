package dev.sallyport.sandbox.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartingWorkersTest {

  private final AtomicInteger tries = new AtomicInteger();
  private final CountDownLatch tried = new CountDownLatch(1);

  private Workers start() throws IOException {
    tries.incrementAndGet();
    tried.countDown();
    throw new IOException("not here");
  }

  @Test
  void nothingIsTriedBeforeWorkersAreNeeded() throws InterruptedException {
    try (StartingWorkers starting = new StartingWorkers(this::start)) {
      assertThat(starting.get()).isEmpty();
      assertThat(starting.hasBegun()).isFalse();
      assertThat(tried.await(100, TimeUnit.MILLISECONDS)).isFalse();

      assertThat(starting.needed()).isEmpty();
      assertThat(starting.hasBegun()).isTrue();
      assertThat(tried.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void manyWhoNeedThemBeginOnce() throws InterruptedException {
    try (StartingWorkers starting = new StartingWorkers(this::start)) {
      for (int i = 0; i < 20; i++) {
        starting.needed();
      }
      assertThat(tried.await(10, TimeUnit.SECONDS)).isTrue();
    }
    // Whoever had begun has tried by the time that it has ended.
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("sandbox-start")));
    assertThat(tries).hasValue(1);
  }

  @Test
  void whatIsClosedBeginsNothing() throws InterruptedException {
    StartingWorkers starting = new StartingWorkers(this::start);
    starting.close();
    starting.begin();
    assertThat(tried.await(100, TimeUnit.MILLISECONDS)).isFalse();
  }
}
