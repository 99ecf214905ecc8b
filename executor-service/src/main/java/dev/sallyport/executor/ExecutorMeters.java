package dev.sallyport.executor;

import dev.sallyport.executor.exchange.CallMeters;
import dev.sallyport.executor.exchange.Outcomes;
import dev.sallyport.executor.upstream.Upstreams;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.registry.v1.Health;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The executor's metrics: calls by outcome, time upstream, servers by health. No tag names one. */
final class ExecutorMeters implements CallMeters {

  private final MeterRegistry meters;
  private final Map<String, Counter> calls = new ConcurrentHashMap<>();
  private final Timer upstreamTime;
  private final AtomicInteger inFlight = new AtomicInteger();

  ExecutorMeters(MeterRegistry meters, Upstreams upstreams) {
    this.meters = meters;
    this.upstreamTime = meters.timer("sallyport.executor.upstream.time");
    meters.gauge("sallyport.executor.calls.running", inFlight);
    for (Health health : Health.values()) {
      if (health != Health.UNRECOGNIZED && health != Health.HEALTH_UNSPECIFIED) {
        String name = health.name().substring("HEALTH_".length()).toLowerCase(Locale.ROOT);
        Gauge.builder(
                "sallyport.executor.upstreams",
                upstreams,
                all -> all.all().stream().filter(u -> u.state().health() == health).count())
            .tag("health", name)
            .register(meters);
      }
    }
  }

  @Override
  public void began() {
    inFlight.incrementAndGet();
  }

  @Override
  public void ended(End end, boolean hadBegun) {
    if (hadBegun) {
      inFlight.decrementAndGet();
    }
    calls
        .computeIfAbsent(
            Outcomes.of(end),
            outcome -> meters.counter("sallyport.executor.calls", "outcome", outcome))
        .increment();
    if (end.getUpstreamMicros() > 0) {
      upstreamTime.record(end.getUpstreamMicros(), TimeUnit.MICROSECONDS);
    }
  }
}
