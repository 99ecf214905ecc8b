package dev.sallyport.sandbox;

import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.Workers;
import dev.sallyport.sandbox.run.RunMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The sandbox's metrics: runs by outcome, ends of workers by reason. No tag names a tenant. */
final class SandboxMeters implements RunMeters {

  private final MeterRegistry meters;
  private final Map<String, Timer> runs = new ConcurrentHashMap<>();
  private final Map<EndReason, Counter> ends = new ConcurrentHashMap<>();
  private final Timer wait;

  SandboxMeters(MeterRegistry meters) {
    this.meters = meters;
    this.wait = meters.timer("sallyport.sandbox.wait");
  }

  void watch(Workers workers) {
    Gauge.builder("sallyport.sandbox.isolation", workers, w -> w.isolation().getNumber())
        .description("1 process, 2 namespaced, 3 container")
        .register(meters);
    Gauge.builder("sallyport.sandbox.workers", workers, w -> w.pool().idle())
        .tag("state", "idle")
        .register(meters);
    Gauge.builder("sallyport.sandbox.workers", workers, w -> w.pool().busy())
        .tag("state", "busy")
        .register(meters);
    Gauge.builder("sallyport.sandbox.waiting", workers, w -> w.pool().waiting()).register(meters);
  }

  void ended(EndReason reason) {
    ends.computeIfAbsent(
            reason,
            why -> meters.counter("sallyport.sandbox.worker.ends", "reason", why.wireName()))
        .increment();
  }

  @Override
  public void began(Duration waited) {
    wait.record(waited);
  }

  @Override
  public void ended(String outcome, Duration took) {
    runs.computeIfAbsent(outcome, how -> meters.timer("sallyport.sandbox.runs", "outcome", how))
        .record(took);
  }
}
