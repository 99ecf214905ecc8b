package dev.sallyport.policy.ledger;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.limit.LimitOperations;
import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Hands out units of limits and takes back what was not used, for gRPC and for direct callers
 * alike. Only edge may ask. The tenant is always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS,
 * POLICY_UNAVAILABLE when Redis or Postgres does not answer within the deadline. A request that
 * fails may have taken effect: whoever asked settles the lease with all of it returned.
 */
@Singleton
public final class LedgerOperations implements LimitOperations.Standings {

  private static final int MOST_ASKS = 64;
  private static final int MOST_SETTLEMENTS = 1_000;
  private static final int LONGEST_LEASE_ID = 64;

  private final LimitStore limits;
  private final LeaseDesk desk;
  private final Ledger ledger;
  private final OperationGuard guard;
  private final InstantSource clock;

  @Inject
  public LedgerOperations(
      LimitStore limits, LeaseDesk desk, Ledger ledger, PolicySettings settings) {
    this(limits, desk, ledger, settings, InstantSource.system());
  }

  LedgerOperations(
      LimitStore limits,
      LeaseDesk desk,
      Ledger ledger,
      PolicySettings settings,
      InstantSource clock) {
    this.limits = limits;
    this.desk = desk;
    this.ledger = ledger;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.clock = clock;
  }

  /** Leases of all that is asked, or the limit that has not got as much. */
  public Uni<LeaseUnitsResponse> leaseUnits(CallContext context, LeaseUnitsRequest request) {
    return guard.answer(
        context,
        () -> {
          for (LeaseAsk ask : request.getAsksList()) {
            check(ask);
          }
          check(request.getSettlementsList());
          List<String> asked =
              request.getAsksList().stream().map(LeaseAsk::getLimitId).distinct().toList();
          if (asked.isEmpty()
              || asked.size() > MOST_ASKS
              || asked.size() < request.getAsksCount()) {
            throw Refusals.invalid("A request asks for leases of 1 to 64 limits, one of each.");
          }
          List<String> ids =
              Stream.concat(
                      asked.stream(),
                      request.getSettlementsList().stream().map(LeaseSettlement::getLimitId))
                  .distinct()
                  .toList();
          return limits
              .ofIds(context.tenant(), ids)
              .map(LedgerOperations::byId)
              .chain(
                  found ->
                      settle(context.tenant(), found, request.getSettlementsList())
                          .chain(
                              settled ->
                                  desk.lease(context.tenant(), found, request.getAsksList())));
        });
  }

  /** Takes what is said of leases; of what is not known it says so. */
  public Uni<SettleLeasesResponse> settleLeases(CallContext context, SettleLeasesRequest request) {
    return guard.answer(
        context,
        () -> {
          check(request.getSettlementsList());
          return limits
              .ofIds(
                  context.tenant(),
                  request.getSettlementsList().stream()
                      .map(LeaseSettlement::getLimitId)
                      .distinct()
                      .toList())
              .chain(found -> settle(context.tenant(), byId(found), request.getSettlementsList()));
        });
  }

  @Override
  public Uni<List<LimitStanding>> of(String tenant, List<StoredLimit> asked) {
    if (asked.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return ledger
        .standings(
            tenant,
            asked.stream()
                .map(
                    limit -> new Ledger.Counted(limit.id(), LedgerShape.of(limit, clock.instant())))
                .toList())
        .map(
            standings -> {
              List<LimitStanding> all = new ArrayList<>();
              for (int i = 0; i < standings.size(); i++) {
                Ledger.Standing standing = standings.get(i);
                all.add(
                    LimitStanding.newBuilder()
                        .setLimitId(asked.get(i).id())
                        .setCharged(standing.charged())
                        .setInDoubt(standing.inDoubt())
                        .setResetsAtMillis(standing.resetsAtMillis())
                        .build());
              }
              return all;
            });
  }

  private Uni<SettleLeasesResponse> settle(
      String tenant, Map<String, StoredLimit> found, List<LeaseSettlement> settlements) {
    SettleLeasesResponse.Builder response =
        SettleLeasesResponse.newBuilder()
            .setValidMillis(LedgerShape.LONGEST_LIFE.toMillis())
            .setOverdrawnTaken(true);
    List<LeaseSettlement> known = new ArrayList<>();
    for (LeaseSettlement one : settlements) {
      if (found.containsKey(one.getLimitId())) {
        known.add(one);
      } else {
        response.addUnknown(one.getLeaseId());
      }
    }
    if (known.isEmpty()) {
      return Uni.createFrom().item(response.build());
    }
    return desk.settle(tenant, found, known)
        .map(
            settled -> {
              for (int i = 0; i < known.size(); i++) {
                if (!settled.get(i)) {
                  response.addUnknown(known.get(i).getLeaseId());
                }
              }
              return response.build();
            });
  }

  private static Map<String, StoredLimit> byId(List<StoredLimit> found) {
    Map<String, StoredLimit> byId = new HashMap<>();
    found.forEach(limit -> byId.put(limit.id(), limit));
    return byId;
  }

  private static void check(List<LeaseSettlement> settlements) {
    if (settlements.size() > MOST_SETTLEMENTS) {
      throw Refusals.invalid("A request settles at most 1000 leases.");
    }
    for (LeaseSettlement one : settlements) {
      if (one.getOverdrawn() < 0 || one.getOverdrawn() > StoredLimit.MOST_UNITS) {
        throw Refusals.invalid("A lease is overdrawn by at most 10^15 units.");
      }
    }
  }

  private static void check(LeaseAsk ask) {
    if (ask.getLeaseId().isEmpty() || ask.getLeaseId().length() > LONGEST_LEASE_ID) {
      throw Refusals.invalid("A lease id has 1 to 64 characters.");
    }
    if (ask.getNeeded() < 1 || ask.getNeeded() > StoredLimit.MOST_UNITS) {
      throw Refusals.invalid("A lease is of 1 to 10^15 units.");
    }
  }
}
