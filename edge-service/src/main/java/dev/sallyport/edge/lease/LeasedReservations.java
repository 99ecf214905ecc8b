package dev.sallyport.edge.lease;

import dev.sallyport.edge.CallersContext;
import dev.sallyport.edge.call.Reservations;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reserves what every limit of a call's profile says, from leases that this edge holds. A call that
 * no limit counts costs nothing here; one whose leases last costs a few map look-ups.
 */
@Singleton
class LeasedReservations implements Reservations {

  private static final Duration UNCOUNTED_FOR = Duration.ofMinutes(5);
  private static final long TICK_MILLIS = 50;

  private final Vertx vertx;
  private final LeaseSettings settings;
  private final PolicyOffice office;
  private final Map<Of, Balance> balances = new ConcurrentHashMap<>();
  private final Counter uncounted;
  private long timer;

  private record Of(String tenant, String limitId) {}

  private record Need(Limit limit, long units) {}

  LeasedReservations(
      Vertx vertx,
      PolicyPeer policy,
      LeaseSettings settings,
      LeaseRecalls recalls,
      MeterRegistry meters,
      @ConfigProperty(name = "sallyport.edge.data", defaultValue = "data") Path data) {
    this.vertx = vertx;
    this.settings = settings;
    this.office = new PolicyOffice(vertx, policy, settings, meters, data.resolve("limits"));
    recalls.onRecall(this::recall);
    uncounted =
        Counter.builder("sallyport.edge.limits.uncounted")
            .description("Calls let through because limits could not be asked for")
            .register(meters);
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  void start() {
    office.start();
    timer = vertx.setPeriodic(TICK_MILLIS, ignored -> tick());
  }

  /** Before policy stops, where it is in the same process. */
  void onStop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event) {
    vertx.cancelTimer(timer);
    balances.values().forEach(Balance::close);
    office.stop();
  }

  /** As a crash would end it: for tests. */
  void dropWithoutAWord() {
    vertx.cancelTimer(timer);
  }

  @Override
  public Answer reserve(Wanted wanted) {
    List<Limit> limits = wanted.profile().limits();
    if (limits.isEmpty() || !(wanted.counted() || wanted.answers())) {
      return granted(wanted, List.of());
    }
    List<Need> needs = needs(wanted, limits);
    if (needs.isEmpty()) {
      return granted(wanted, List.of());
    }
    String tenant = wanted.profile().tenant();
    long now = System.nanoTime();
    List<Part> parts = new ArrayList<>(needs.size());
    for (Need need : needs) {
      Part part = balance(tenant, need.limit()).take(need.units(), now);
      if (part == null) {
        return later(wanted, needs, parts);
      }
      parts.add(part);
    }
    return granted(wanted, parts);
  }

  /** In one order for all calls, so that two of them never wait for each other. */
  private static List<Need> needs(Wanted wanted, List<Limit> limits) {
    List<Need> needs = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      boolean counted = limit.kind() == Limit.Kind.TOKENS ? wanted.answers() : wanted.counted();
      long units = limit.takes(wanted.costMicros());
      if (counted && units > 0 && limit.counts(wanted.server(), wanted.tool())) {
        needs.add(new Need(limit, units));
      }
    }
    needs.sort(Comparator.comparing(need -> need.limit().id()));
    return needs;
  }

  private Balance balance(String tenant, Limit limit) {
    Balance balance =
        balances.computeIfAbsent(
            new Of(tenant, limit.id()), of -> new Balance(tenant, limit, office));
    balance.limit(limit);
    return balance;
  }

  private static Granted granted(Wanted wanted, List<Part> parts) {
    Duration validFor = UNCOUNTED_FOR;
    long now = System.nanoTime();
    for (Part part : parts) {
      if (part.balance().limit().kind() != Limit.Kind.CONCURRENCY) {
        Duration lasts = Duration.ofNanos(Math.max(1_000_000, part.lease().stopAtNanos - now));
        validFor = lasts.compareTo(validFor) < 0 ? lasts : validFor;
      }
    }
    return new Granted(
        wanted.call().toString(), validFor, parts.isEmpty() ? null : new CallHold(parts));
  }

  private Awaited later(Wanted wanted, List<Need> needs, List<Part> had) {
    Promise<Immediate> promise = CallersContext.promise();
    acquire(wanted, needs, had, promise);
    return new Awaited(promise.future());
  }

  /** One limit after the other; what was taken before goes back when one refuses. */
  private void acquire(
      Wanted wanted, List<Need> needs, List<Part> parts, Promise<Immediate> promise) {
    if (parts.size() == needs.size()) {
      promise.complete(granted(wanted, parts));
      return;
    }
    Need need = needs.get(parts.size());
    Promise<Acquired> acquired = Promise.promise();
    acquired
        .future()
        .onSuccess(
            answer -> {
              switch (answer) {
                case Acquired.Got(Part part) -> {
                  parts.add(part);
                  acquire(wanted, needs, parts, promise);
                }
                case Acquired.Reached(Failure failure) -> {
                  giveBack(parts);
                  promise.complete(new Refused(failure));
                }
                case Acquired.Unavailable() -> {
                  giveBack(parts);
                  promise.complete(unavailable(wanted));
                }
              }
            });
    String tenant = wanted.profile().tenant();
    while (!balance(tenant, need.limit()).acquire(need.units(), acquired)) {
      Thread.onSpinWait();
    }
  }

  private static void giveBack(List<Part> parts) {
    parts.forEach(part -> part.balance().untake(part));
  }

  private Immediate unavailable(Wanted wanted) {
    return switch (settings.whenUnavailable()) {
      case REFUSE ->
          new Refused(
              new Failure(
                  ErrorCode.POLICY_UNAVAILABLE,
                  "Limits cannot be checked right now; try again shortly.",
                  Duration.ofSeconds(1)));
      case ALLOW -> {
        uncounted.increment();
        yield granted(wanted, List.of());
      }
    };
  }

  @Override
  public void settle(Granted reservation, Settlement settlement, long tokens) {
    if (reservation.hold() instanceof CallHold(List<Part> parts)) {
      boolean owes = false;
      for (Part part : parts) {
        owes |= part.balance().ended(part, settlement, tokens);
      }
      if (owes) {
        // Other edges may hold what is used already.
        office.flush();
      }
    }
  }

  private void recall(String tenant, String limitId) {
    Balance balance = balances.get(new Of(tenant, limitId));
    if (balance != null) {
      balance.recall();
      office.flush();
    }
  }

  private void tick() {
    long now = System.nanoTime();
    // Atomic with whoever would begin to use it again.
    balances
        .keySet()
        .forEach(
            of ->
                balances.computeIfPresent(
                    of, (key, balance) -> balance.tick(now) ? null : balance));
    office.flush();
  }
}
