package dev.sallyport.edge.admin;

import dev.sallyport.edge.call.Replays;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.ReadProfile;
import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.caller.TenantRules;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PreviewedKey;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Looks at recorded calls under a proposed policy (features B8). Policy says what keys may use now
 * and would then, of one moment; the calls are decided here, by the code of the pipeline.
 *
 * <p>One answer is bounded in calls, keys, bytes of arguments and time; where a bound is met it
 * ends and says where to go on. Blocks, and evaluates: on the worker pool, and few at a time.
 */
@Singleton
class Simulations {

  /** Calls of one answer. */
  static final int MOST_CALLS = 10_000;

  /** Keys of one answer: as many as policy looks at in one request. */
  static final int MOST_KEYS = 100;

  /** Bytes of arguments that are held at a time. */
  static final int MOST_BYTES = 32 * 1024 * 1024;

  /** At the same time on this edge. */
  static final int MOST_RUNNING = 2;

  /** Calls that audit is asked for at once: a page holds their results, too, until it is read. */
  private static final int PAGE = 250;

  private static final Duration SOON = Duration.ofSeconds(1);

  private final PolicyPeer policy;
  private final AuditPeer audit;
  private final Catalogues catalogues;
  private final Replays replays;
  private final Semaphore running = new Semaphore(MOST_RUNNING);

  Simulations(PolicyPeer policy, AuditPeer audit, Catalogues catalogues, Replays replays) {
    this.policy = policy;
    this.audit = audit;
    this.catalogues = catalogues;
    this.replays = replays;
  }

  /**
   * Fails with {@link CallFailed}: what policy says of the proposal, TOO_MANY_IN_FLIGHT where
   * others run, PEER_UNAVAILABLE.
   *
   * @param patience how long it may take; it ends by itself at half of it
   */
  Uni<SimulationView> run(AdminIdentity who, SimulationRequest request, Duration patience) {
    return Uni.createFrom()
        .deferred(
            () -> {
              if (!running.tryAcquire()) {
                return Uni.createFrom().failure(busy());
              }
              // Not when whoever waits gives up: the work goes on until it ends by itself.
              return Uni.createFrom()
                  .item(
                      () -> {
                        try {
                          return new Run(who, request, patience).answer();
                        } finally {
                          running.release();
                        }
                      })
                  .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
            });
  }

  private static CallFailed busy() {
    return new CallFailed(
        new Failure(
            ErrorCode.TOO_MANY_IN_FLIGHT,
            "At most " + MOST_RUNNING + " simulations run at a time; try again shortly.",
            SOON));
  }

  /** One request. */
  private final class Run {

    private final AdminIdentity who;
    private final SimulationRequest request;
    private final Duration patience;
    private final long untilNanos;

    Run(AdminIdentity who, SimulationRequest request, Duration patience) {
      this.who = who;
      this.request = request;
      this.patience = patience;
      this.untilNanos = System.nanoTime() + patience.toNanos() / 2;
    }

    SimulationView answer() {
      Recorded recorded = recorded();
      PreviewAccessResponse preview =
          policy
              .previewAccess(
                  PreviewAccessRequest.newBuilder()
                      .setContext(who.context(patience))
                      .addAllKeyIds(recorded.keys())
                      .setProposal(request.proposal())
                      .build())
              .await()
              .atMost(patience);
      TenantRules present = ReadRules.of(preview.getPresentRulesList());
      TenantRules proposed = ReadRules.of(preview.getProposedRulesList());
      SimulatedCalls calls =
          new SimulatedCalls(
              request,
              replays,
              catalogues.current(who.tenant()),
              profiles(
                  preview.getKeysList().stream().map(PreviewedKey::getPresent).toList(), present),
              profiles(
                  preview.getKeysList().stream()
                      .filter(PreviewedKey::hasProposed)
                      .map(PreviewedKey::getProposed)
                      .toList(),
                  proposed));
      boolean more = recorded.more();
      for (RecordedCall call : recorded.calls()) {
        if (calls.isFull() || calls.examined() > 0 && isLate()) {
          more = true;
          break;
        }
        calls.look(call);
      }
      return calls.view(more);
    }

    private boolean isLate() {
      return System.nanoTime() - untilNanos > 0;
    }

    private static Map<String, AccessProfile> profiles(
        List<dev.sallyport.proto.policy.v1.AccessProfile> profiles, TenantRules rules) {
      Map<String, AccessProfile> byKey = new HashMap<>();
      profiles.forEach(
          profile -> byKey.put(profile.getKeyId(), ReadProfile.of(profile).withRules(rules)));
      return byKey;
    }

    /**
     * @param keys ids
     * @param more there are others before the last of these
     */
    private record Recorded(List<RecordedCall> calls, Set<String> keys, boolean more) {}

    /** As many as one answer takes, newest first. */
    private Recorded recorded() {
      List<RecordedCall> calls = new ArrayList<>();
      Set<String> keys = new LinkedHashSet<>();
      long bytes = 0;
      String before = request.before();
      while (true) {
        List<CallView> page = page(before);
        for (CallView view : page) {
          RecordedCall call = RecordedCall.of(view);
          boolean fits =
              calls.size() < MOST_CALLS
                  && bytes + call.weight() <= MOST_BYTES
                  && (keys.size() < MOST_KEYS || keys.contains(call.keyId()));
          if (!fits) {
            return new Recorded(calls, keys, true);
          }
          calls.add(call);
          keys.add(call.keyId());
          bytes += call.weight();
          before = call.callId();
        }
        if (page.size() < PAGE) {
          return new Recorded(calls, keys, false);
        }
        if (isLate()) {
          return new Recorded(calls, keys, true);
        }
      }
    }

    private List<CallView> page(String before) {
      return audit
          .queryCalls(
              QueryCallsRequest.newBuilder()
                  .setContext(who.context(patience))
                  .setKey(request.key())
                  .setServer(request.server())
                  .setTool(request.tool())
                  .setFromMicros(Times.micros(request.from()))
                  .setToMicros(Times.micros(request.to()))
                  .setBeforeCallId(before)
                  .setLimit(PAGE)
                  .build())
          .await()
          .atMost(patience)
          .getCallsList();
    }
  }
}
