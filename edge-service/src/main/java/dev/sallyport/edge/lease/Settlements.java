package dev.sallyport.edge.lease;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/**
 * Tells policy what came of leases, until policy has heard it. Of each lease only the last word
 * counts: they are totals. Thread-safe.
 */
final class Settlements {

  private static final Logger LOG = Logger.getLogger(Settlements.class);
  private static final int MOST_AT_ONCE = 500;
  private static final int MOST_SENDING = 4;
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

  private final PolicyPeer policy;
  private final String edge;
  private final Duration timeout;

  /** By tenant and lease. */
  private final Map<String, Map<String, Told>> waiting = new HashMap<>();

  private int sending;
  private long notBeforeNanos = System.nanoTime();

  /**
   * @param heard of a renewal: whether the lease is still known, and how long it lasts; null: of no
   *     interest
   */
  record Told(LeaseSettlement settlement, long saidNanos, BiConsumer<Told, Heard> heard) {}

  /** What policy says to it. */
  record Heard(boolean known, long lifeNanos) {}

  Settlements(PolicyPeer policy, String edge, Duration timeout) {
    this.policy = policy;
    this.edge = edge;
    this.timeout = timeout;
  }

  synchronized void tell(String tenant, Told told) {
    waiting
        .computeIfAbsent(tenant, name -> new LinkedHashMap<>())
        .put(told.settlement().getLeaseId(), told);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Sends what waits, unless policy was not reached a moment ago. What cannot be told waits on. */
  void flush() {
    synchronized (this) {
      if (waiting.isEmpty() || sending >= MOST_SENDING || System.nanoTime() - notBeforeNanos < 0) {
        return;
      }
    }
    flushNow().subscribe().with(done -> {}, failure -> {});
  }

  /** Sends what waits, and ends when it was tried. */
  Uni<Void> flushNow() {
    List<Uni<Void>> batches = new ArrayList<>();
    for (Map.Entry<String, List<Told>> batch : take().entrySet()) {
      batches.add(send(batch.getKey(), batch.getValue()));
    }
    return batches.isEmpty()
        ? Uni.createFrom().voidItem()
        : Uni.join().all(batches).andCollectFailures().replaceWithVoid();
  }

  private synchronized Map<String, List<Told>> take() {
    Map<String, List<Told>> batches = new HashMap<>();
    waiting.forEach(
        (tenant, told) -> batches.put(tenant, told.values().stream().limit(MOST_AT_ONCE).toList()));
    batches.forEach(
        (tenant, batch) -> {
          Map<String, Told> left = waiting.get(tenant);
          if (left != null) {
            batch.forEach(told -> left.remove(told.settlement().getLeaseId()));
            if (left.isEmpty()) {
              waiting.remove(tenant);
            }
          }
        });
    return batches;
  }

  private Uni<Void> send(String tenant, List<Told> batch) {
    CallContext context = CallContext.ofService(Peer.EDGE, tenant).withDeadline(timeout);
    SettleLeasesRequest.Builder request =
        SettleLeasesRequest.newBuilder().setContext(CallContexts.toProto(context)).setEdge(edge);
    batch.forEach(told -> request.addSettlements(told.settlement()));
    sent(1);
    return Uni.createFrom()
        .deferred(() -> policy.settleLeases(request.build()))
        .ifNoItem()
        .after(timeout)
        .fail()
        .invoke(response -> heard(tenant, batch, response))
        .replaceWithVoid()
        .onTermination()
        .invoke(() -> sent(-1))
        .onFailure()
        .recoverWithItem(
            failure -> {
              LOG.debugf("Leases were not settled, and will be: %s", failure.getMessage());
              again(tenant, batch);
              return null;
            });
  }

  private void heard(String tenant, List<Told> batch, SettleLeasesResponse response) {
    long life = Duration.ofMillis(response.getValidMillis()).toNanos();
    List<Told> overheard = new ArrayList<>(0);
    for (Told told : batch) {
      if (told.settlement().getOverdrawn() > 0 && !response.getOverdrawnTaken()) {
        overheard.add(told);
        continue;
      }
      boolean known = !response.getUnknownList().contains(told.settlement().getLeaseId());
      told.heard().accept(told, new Heard(known, life));
    }
    if (!overheard.isEmpty()) {
      LOG.debug("A policy that knows no debts was told of some, and another will be");
      again(tenant, overheard);
    }
  }

  private synchronized void sent(int more) {
    sending += more;
  }

  /** What was said of a lease meanwhile is newer. */
  private synchronized void again(String tenant, List<Told> batch) {
    notBeforeNanos = System.nanoTime() + PAUSE_NANOS;
    Map<String, Told> now = waiting.computeIfAbsent(tenant, name -> new LinkedHashMap<>());
    batch.forEach(told -> now.putIfAbsent(told.settlement().getLeaseId(), told));
  }
}
