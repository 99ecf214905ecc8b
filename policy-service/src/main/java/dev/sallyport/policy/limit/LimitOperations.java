package dev.sallyport.policy.limit;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.access.AccessFeed;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.limit.LimitStore.Writing;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes limits, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS, NOT_FOUND,
 * CONFLICT and READ_ONLY with a message that names the fix, POLICY_UNAVAILABLE when the store does
 * not answer within the deadline.
 */
@Singleton
public final class LimitOperations {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PER_DECLARED_LIMIT = Duration.ofMillis(10);

  private static final int MOST_ON_A_PAGE = 1_000;
  private static final Duration STANDING_PATIENCE = Duration.ofSeconds(1);

  private final LimitStore store;
  private final Standings standings;
  private final AccessFeed feed;
  private final OperationGuard guard;

  LimitOperations(LimitStore store, Standings standings, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.standings = standings;
    this.feed = feed;
    this.guard = new OperationGuard(settings.operationTimeout());
  }

  /** How limits of one tenant stand; kept by the ledger. */
  public interface Standings {

    /** In the order of the limits. */
    Uni<List<LimitStanding>> of(String tenant, List<StoredLimit> limits);
  }

  /** All limits of the tenant, a page of them, or that of one name or id. */
  public Uni<ListLimitsResponse> listLimits(CallContext context, ListLimitsRequest request) {
    return guard.answer(
        context,
        () -> {
          int page = request.getPage();
          if (page < 0 || page > MOST_ON_A_PAGE) {
            throw LimitRules.invalid("A page has 1 to " + MOST_ON_A_PAGE + " limits.");
          }
          return asked(context.tenant(), request)
              .chain(
                  found -> {
                    boolean more = page > 0 && found.size() > page;
                    List<StoredLimit> limits = more ? found.subList(0, page) : found;
                    return standings(context.tenant(), limits, request.getStanding())
                        .map(
                            standing ->
                                ListLimitsResponse.newBuilder()
                                    .addAllLimits(
                                        limits.stream().map(StoredLimit::toProto).toList())
                                    .addAllStandings(standing)
                                    .setMore(more)
                                    .build());
                  });
        });
  }

  /** One more than asked for, where there are more. */
  private Uni<List<StoredLimit>> asked(String tenant, ListLimitsRequest request) {
    if (!request.getLimit().isEmpty()) {
      return store.named(tenant, request.getLimit());
    }
    return request.getPage() == 0
        ? store.list(tenant)
        : store.page(tenant, request.getAfter(), request.getPage() + 1);
  }

  /** What limits say is told even while the ledger cannot be asked. */
  private Uni<List<LimitStanding>> standings(
      String tenant, List<StoredLimit> limits, boolean wanted) {
    return wanted
        ? standings
            .of(tenant, limits)
            .ifNoItem()
            .after(STANDING_PATIENCE)
            .fail()
            .onFailure()
            .recoverWithItem(List.of())
        : Uni.createFrom().item(List.of());
  }

  /** Creates the limit of this name, or puts this one in its place. */
  public Uni<PutLimitResponse> putLimit(CallContext context, PutLimitRequest request) {
    return change(
        context,
        guard.longest(),
        () -> {
          StoredLimit limit =
              LimitRules.checked(context.tenant(), newId(), StoredLimit.API, request.getLimit());
          return store.write(
              writing ->
                  knownKeys(writing, context.tenant(), List.of(limit))
                      .chain(() -> writing.find(context.tenant(), limit.name()))
                      .chain(
                          before ->
                              (before == null
                                      ? room(writing, context.tenant(), 1)
                                      : Uni.createFrom().voidItem())
                                  .chain(() -> put(writing, limit, before, request))));
        });
  }

  private static Uni<PutLimitResponse> put(
      Writing writing, StoredLimit limit, @Nullable StoredLimit before, PutLimitRequest request) {
    if (before != null) {
      writable(before);
      if (request.getMustBeNew()) {
        throw conflict("A limit named " + limit.name() + " exists already; choose another name.");
      }
      checkRevision(before, request.getExpectedRevision());
    } else if (request.getExpectedRevision() != 0) {
      throw notFound();
    }
    StoredLimit kept = before == null ? limit : limit.inPlaceOf(before);
    return writing
        .save(kept)
        .chain(() -> writing.announce(kept.tenant()))
        .map(
            done ->
                PutLimitResponse.newBuilder()
                    .setLimit(kept.toProto())
                    .setCreated(before == null)
                    .setSequence(writing.sequence())
                    .build());
  }

  public Uni<DeleteLimitResponse> deleteLimit(CallContext context, DeleteLimitRequest request) {
    return change(
        context,
        guard.longest(),
        () ->
            store.write(
                writing ->
                    writing
                        .find(context.tenant(), request.getLimit())
                        .chain(
                            limit -> {
                              if (limit == null) {
                                throw notFound();
                              }
                              writable(limit);
                              checkRevision(limit, request.getExpectedRevision());
                              return writing
                                  .remove(limit)
                                  .chain(() -> writing.announce(limit.tenant()));
                            })
                        .map(
                            done ->
                                DeleteLimitResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyLimitsResponse> applyLimits(CallContext context, ApplyLimitsRequest request) {
    return change(
        context,
        guard.longest().plus(PER_DECLARED_LIMIT.multipliedBy(request.getLimitsCount())),
        () -> {
          KeyRules.checkSource(request.getSource());
          Map<String, StoredLimit> declared = new LinkedHashMap<>();
          for (Limit limit : request.getLimitsList()) {
            StoredLimit checked =
                LimitRules.checked(context.tenant(), newId(), request.getSource(), limit);
            if (declared.put(checked.name(), checked) != null) {
              throw LimitRules.invalid("Limit " + checked.name() + " is declared twice.");
            }
          }
          return store.write(
              writing ->
                  knownKeys(writing, context.tenant(), declared.values())
                      .chain(
                          () ->
                              writing.concerned(
                                  context.tenant(), request.getSource(), declared.keySet()))
                      .chain(concerned -> apply(writing, request, declared, concerned)));
        });
  }

  private static Uni<ApplyLimitsResponse> apply(
      Writing writing,
      ApplyLimitsRequest request,
      Map<String, StoredLimit> declared,
      List<StoredLimit> concerned) {
    ApplyLimitsResponse.Builder response = ApplyLimitsResponse.newBuilder();
    List<StoredLimit> saved = new ArrayList<>();
    List<StoredLimit> removed = new ArrayList<>();
    Map<String, StoredLimit> present = new HashMap<>();
    for (StoredLimit limit : concerned) {
      present.put(limit.name(), limit);
      if (limit.source().equals(request.getSource()) && !declared.containsKey(limit.name())) {
        removed.add(limit);
        response.addRemoved(limit.name());
      }
    }
    for (StoredLimit limit : declared.values()) {
      StoredLimit before = present.get(limit.name());
      if (before == null) {
        saved.add(limit);
        response.addAdded(limit.name());
      } else if (!before.source().equals(limit.source())) {
        throw conflict(
            "Limit "
                + limit.name()
                + " exists already and is of "
                + before.source()
                + "; choose another name or remove that one.");
      } else if (!before.saysTheSameAs(limit)) {
        saved.add(limit.inPlaceOf(before));
        response.addChanged(limit.name());
      }
    }
    if (request.getDryRun() || (saved.isEmpty() && removed.isEmpty())) {
      return Uni.createFrom().item(response.build());
    }
    String tenant = (saved.isEmpty() ? removed : saved).getFirst().tenant();
    Uni<Void> done =
        response.getAddedCount() > removed.size()
            ? room(writing, tenant, response.getAddedCount() - removed.size())
            : Uni.createFrom().voidItem();
    for (StoredLimit limit : removed) {
      done = done.chain(() -> writing.remove(limit));
    }
    for (StoredLimit limit : saved) {
      done = done.chain(() -> writing.save(limit));
    }
    return done.chain(() -> writing.announce(tenant)).replaceWith(response.build());
  }

  /** A limit of a key that there is not would count nothing, and nobody would notice. */
  private static Uni<Void> knownKeys(Writing writing, String tenant, Iterable<StoredLimit> limits) {
    Map<String, StoredLimit> byKey = new LinkedHashMap<>();
    for (StoredLimit limit : limits) {
      if (limit.ownerKind() == OwnerKind.OWNER_KIND_KEY) {
        byKey.putIfAbsent(limit.owner(), limit);
      }
    }
    return writing
        .keysNamed(tenant, byKey.keySet())
        .invoke(
            known -> {
              for (Map.Entry<String, StoredLimit> each : byKey.entrySet()) {
                if (!known.contains(each.getKey())) {
                  throw LimitRules.invalid(
                      "Limit "
                          + each.getValue().name()
                          + ": there is no key named "
                          + each.getKey()
                          + "; list the keys to see their names.");
                }
              }
            })
        .replaceWithVoid();
  }

  private static Uni<Void> room(Writing writing, String tenant, int more) {
    return writing
        .count(tenant)
        .invoke(
            there -> {
              if (there + more > LimitRules.MOST_LIMITS) {
                throw LimitRules.invalid(
                    "A tenant has at most " + LimitRules.MOST_LIMITS + " limits; remove some.");
              }
            })
        .replaceWithVoid();
  }

  private static void writable(StoredLimit limit) {
    if (limit.isDeclaredInFile()) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  private static void checkRevision(StoredLimit limit, long expected) {
    if (expected != 0 && expected != limit.revision()) {
      throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
    }
  }

  private static CallFailed notFound() {
    return new CallFailed(
        Failure.of(ErrorCode.NOT_FOUND, "No such limit; list the limits to see their names."));
  }

  private static CallFailed conflict(String message) {
    return new CallFailed(Failure.of(ErrorCode.CONFLICT, message));
  }

  private static String newId() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return "lim_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private <T> Uni<T> change(CallContext context, Duration longest, Supplier<Uni<T>> work) {
    return guard
        .answer(
            context,
            () -> {
              KeyRules.checkTenant(context.tenant());
              return work.get();
            },
            longest)
        .invoke(feed::nudge);
  }
}
