package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.executor.v1.CallerEnded;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls that are on their way in this process. Looks after their deadlines four times a second,
 * and ends those of a key that may no longer be used, with those that wait for its input elsewhere.
 */
@Singleton
public class RunningCalls {

  private static final long TICK_MILLIS = Duration.ofMillis(250).toMillis();

  private final Set<RunningCall> calls = ConcurrentHashMap.newKeySet();
  private final Vertx vertx;
  private final Callers callers;
  private final ExecutorPeer executor;
  private long timer;

  RunningCalls(Vertx vertx, Callers callers, ExecutorPeer executor, MeterRegistry meters) {
    this.vertx = vertx;
    this.callers = callers;
    this.executor = executor;
    meters.gaugeCollectionSize(
        "sallyport.edge.calls.running", io.micrometer.core.instrument.Tags.empty(), calls);
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(TICK_MILLIS, ignored -> tick());
    callers.onChange(
        change -> {
          if (change.ended()) {
            cancel(
                call ->
                    call.profile().tenant().equals(change.tenant())
                        && call.profile().keyId().equals(change.keyId()),
                "the key may no longer be used");
            executor.end(
                CallerEnded.newBuilder()
                    .setContext(
                        CallContexts.toProto(CallContext.ofService(Peer.EDGE, change.tenant())))
                    .setCaller(change.keyId())
                    .build());
          }
        });
  }

  /** What still runs when the process has waited long enough is cancelled, and recorded as such. */
  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    for (RunningCall call : calls) {
      call.cancel("the gateway is stopping");
      call.giveUp();
    }
  }

  /** Cancels the calls that match. */
  public void cancel(Predicate<ToolCall> which, String reason) {
    for (RunningCall call : calls) {
      if (which.test(call.call())) {
        call.cancel(reason);
      }
    }
  }

  void add(RunningCall call) {
    calls.add(call);
  }

  void remove(RunningCall call) {
    calls.remove(call);
  }

  private void tick() {
    long now = System.nanoTime();
    for (RunningCall call : calls) {
      call.tick(now);
    }
  }
}
