package dev.sallyport.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Does one kind of {@link Work} at one MCP endpoint (revision 2026-07-28, so without a session),
 * first in a closed loop, then at a fixed rate whose latencies count from the moment at which each
 * call was due, so that a stalled server cannot hide behind calls that were not made (coordinated
 * omission).
 *
 * <p>Prints a line when a phase begins or ends, and one JSON object at the end.
 */
public final class LoadGenerator {

  private static final int MOST_WAITING = 20_000;

  private final LoadPlan plan;
  private final HttpClient client;
  private final Vertx vertx;
  private final List<RequestOptions> targets;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile String firstError = "";

  private LoadGenerator(LoadPlan plan, Vertx vertx) throws IOException {
    this.plan = plan;
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(plan.connections())
                .setMaxWaitQueueSize(MOST_WAITING)
                .setTcpNoDelay(true)
                .setKeepAlive(true)
                .setPipelining(false));
    List<String> keys =
        plan.keys().equals(LoadPlan.NO_KEYS)
            ? List.of("")
            : Files.readAllLines(Path.of(plan.keys()));
    this.targets = keys.stream().map(key -> target(plan, key)).toList();
  }

  private static RequestOptions target(LoadPlan plan, String key) {
    RequestOptions target =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(plan.url())
            .putHeader("Content-Type", "application/json")
            .putHeader("Accept", "application/json, text/event-stream")
            .putHeader("MCP-Protocol-Version", "2026-07-28")
            .putHeader("Mcp-Method", plan.work().method());
    String mirrored = plan.work().mirrored(plan.subject());
    if (mirrored != null) {
      target.putHeader("Mcp-Name", mirrored);
    }
    if (!key.isEmpty()) {
      target.putHeader("Authorization", "Bearer " + key);
    }
    return target;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    LoadPlan plan = LoadPlan.of(args);
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    LoadGenerator generator = new LoadGenerator(plan, vertx);
    generator.closed(plan.warmSeconds());
    generator.errors.set(0);
    say("closed");
    Closed closed = generator.closed(plan.closedSeconds());
    say("closed-end " + closed.calls());
    Histogram latencies = generator.open();
    say(
        String.format(
            Locale.ROOT,
            "{\"calls\":%d,\"callsPerSecond\":%.1f,\"errors\":%d,\"firstError\":\"%s\","
                + "\"openCalls\":%d,\"p50Micros\":%d,\"p99Micros\":%d,\"maxMicros\":%d}",
            closed.calls(),
            closed.calls() / closed.seconds(),
            generator.errors.get(),
            generator.firstError.replace("\\", "").replace("\"", "'"),
            latencies.getTotalCount(),
            latencies.getValueAtPercentile(50) / 1000,
            latencies.getValueAtPercentile(99) / 1000,
            latencies.getMaxValue() / 1000));
    vertx.close();
    System.exit(0);
  }

  private record Closed(long calls, double seconds) {}

  private Closed closed(int seconds) throws InterruptedException {
    long begun = System.nanoTime();
    long end = begun + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong calls = new AtomicLong();
    CountDownLatch finished = new CountDownLatch(plan.connections());
    for (int i = 0; i < plan.connections(); i++) {
      vertx.runOnContext(nothing -> again(end, calls, finished));
    }
    if (!finished.await(seconds + 60L, TimeUnit.SECONDS)) {
      throw new IllegalStateException("calls hang: " + finished.getCount());
    }
    return new Closed(calls.get(), (System.nanoTime() - begun) / 1e9);
  }

  private void again(long end, AtomicLong calls, CountDownLatch finished) {
    if (System.nanoTime() >= end || calls.get() >= LoadPlan.MOST_CALLS) {
      finished.countDown();
      return;
    }
    call(
        done -> {
          calls.incrementAndGet();
          again(end, calls, finished);
        });
  }

  private Histogram open() throws InterruptedException {
    Histogram latencies = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(60), 3);
    long interval = TimeUnit.SECONDS.toNanos(1) / plan.ratePerSecond();
    int total = plan.ratePerSecond() * plan.openSeconds();
    CountDownLatch finished = new CountDownLatch(total);
    long begun = System.nanoTime();
    for (int i = 0; i < total; i++) {
      long due = begun + i * interval;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      vertx.runOnContext(
          nothing ->
              call(
                  done -> {
                    latencies.recordValue(
                        Math.min(System.nanoTime() - due, TimeUnit.SECONDS.toNanos(59)));
                    finished.countDown();
                  }));
    }
    if (!finished.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("calls hang: " + finished.getCount());
    }
    return latencies;
  }

  private void call(Consumer<Boolean> done) {
    long id = ids.incrementAndGet();
    send(targets.get((int) (id % targets.size())), id, null, done);
  }

  private void send(
      RequestOptions target, long id, @Nullable String cursor, Consumer<Boolean> done) {
    Buffer body = plan.work().body(id, plan.subject(), cursor);
    client
        .request(target)
        .compose(
            (HttpClientRequest request) ->
                request
                    .send(body)
                    .compose(
                        response ->
                            response.body().map(answer -> check(response.statusCode(), answer))))
        .onComplete(
            result -> {
              if (result.failed()) {
                failed(String.valueOf(result.cause()));
                done.accept(false);
                return;
              }
              String next =
                  result.result() == null ? null : plan.work().nextCursor(result.result());
              if (next == null) {
                done.accept(result.result() != null);
              } else {
                send(target, id, next, done);
              }
            });
  }

  /** The answer when it is right; null when it is not. */
  private byte @Nullable [] check(int status, Buffer answer) {
    byte[] bytes = answer.getBytes();
    String wrong =
        status == 200
            ? plan.work().wrong(bytes)
            : status + " " + answer.getString(0, Math.min(200, answer.length()));
    if (wrong == null) {
      return bytes;
    }
    failed(wrong);
    return null;
  }

  private void failed(String what) {
    if (errors.getAndIncrement() == 0) {
      firstError = what;
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
