package dev.sallyport.policy.approval;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.approval.ApprovalStore.Filter;
import dev.sallyport.policy.approval.ApprovalStore.Writing;
import dev.sallyport.policy.approval.StoredApproval.Approved;
import dev.sallyport.policy.approval.StoredApproval.Asked;
import dev.sallyport.policy.approval.StoredApproval.Decision;
import dev.sallyport.policy.approval.StoredApproval.Denied;
import dev.sallyport.policy.approval.StoredApproval.Pending;
import dev.sallyport.policy.approval.StoredApproval.State;
import dev.sallyport.policy.approval.StoredApproval.Subject;
import dev.sallyport.policy.approval.StoredApproval.Used;
import dev.sallyport.proto.policy.v1.ApprovalDenied;
import dev.sallyport.proto.policy.v1.ApprovalGranted;
import dev.sallyport.proto.policy.v1.ApprovalOver;
import dev.sallyport.proto.policy.v1.ApprovalPending;
import dev.sallyport.proto.policy.v1.ApprovalsFull;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import dev.sallyport.proto.policy.v1.ReturnApprovalResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes, decides and shows approvals, for gRPC and for direct callers alike. Only edge may ask. The
 * tenant is always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service or a key that may no longer be
 * used, INVALID_PARAMS, NOT_FOUND and CONFLICT with a message that names the fix,
 * POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class ApprovalOperations {

  /** A person decides on all of it. */
  static final int MOST_ARGUMENT_BYTES = 64 * 1024;

  private static final int DIGEST_BYTES = 32;
  private static final int LONGEST_TEXT = 1_000;
  private static final int MOST_ON_A_PAGE = 1_000;
  private static final String KEY_ID = "vk_";
  private static final Duration LONGEST = Duration.ofDays(7);

  private final ApprovalStore store;
  private final PolicySettings.Approvals settings;
  private final InstantSource clock;
  private final OperationGuard guard;

  @Inject
  ApprovalOperations(ApprovalStore store, PolicySettings settings) {
    this(store, settings, InstantSource.system());
  }

  ApprovalOperations(ApprovalStore store, PolicySettings settings, InstantSource clock) {
    this.store = store;
    this.settings = settings.approvals();
    this.clock = clock;
    this.guard = new OperationGuard(settings.operationTimeout());
  }

  /**
   * Takes the approval of exactly this key, tool and arguments, for one call; where there is none,
   * keeps a request for one. A denial is told once: the next call asks anew.
   */
  public Uni<ClaimApprovalResponse> claimApproval(
      CallContext context, ClaimApprovalRequest request) {
    return change(
        context,
        () -> {
          CallId call = call(context);
          int leg = leg(request.getLeg());
          Asked asked = asked(context, request);
          // Who only asks again whether somebody has decided does not keep others waiting.
          return store
              .waiting(asked.subject(), now())
              .chain(
                  waiting ->
                      waiting != null && (leg == 1 || !request.getWaitingFor().isEmpty())
                          ? Uni.createFrom().item(pending(waiting, false))
                          : store.write(
                              context.tenant(),
                              writing -> claim(writing, asked, call, leg, request)));
        });
  }

  private Uni<ClaimApprovalResponse> claim(
      Writing writing, Asked asked, CallId call, int leg, ClaimApprovalRequest request) {
    Instant now = now();
    Subject subject = asked.subject();
    return usable(writing, subject.keyId(), now)
        .chain(() -> leg == 1 ? none() : writing.takenBy(subject, call))
        .chain(
            taken -> {
              if (taken != null && taken.state() instanceof Used used && used.leg() + 1 == leg) {
                return granted(writing, taken, used.withNextLeg(), used.decision());
              }
              return writing
                  .standing(subject, now)
                  .chain(
                      standing ->
                          standing == null
                              ? absent(writing, asked, request, now)
                              : take(writing, standing, call, leg, now));
            });
  }

  private static Uni<Void> usable(Writing writing, String keyId, Instant now) {
    // Only policy knows virtual keys; whoever else edge lets in it answers for itself.
    return keyId.startsWith(KEY_ID)
        ? writing
            .isUsable(keyId, now)
            .invoke(
                usable -> {
                  if (!usable) {
                    throw new CallFailed(
                        Failure.of(ErrorCode.FORBIDDEN, "The key may no longer be used."));
                  }
                })
            .replaceWithVoid()
        : Uni.createFrom().voidItem();
  }

  private static Uni<ClaimApprovalResponse> take(
      Writing writing, StoredApproval standing, CallId call, int leg, Instant now) {
    return switch (standing.state()) {
      case Pending pending -> Uni.createFrom().item(pending(standing, false));
      case Approved approved ->
          granted(writing, standing, approved.usedBy(call, leg, now), approved.decision());
      case Denied denied ->
          writing
              .save(standing.with(denied.toldNow()))
              .replaceWith(denied(standing, denied.decision()));
      case Used used -> throw new IllegalStateException("what is used does not stand any more");
    };
  }

  private static Uni<ClaimApprovalResponse> granted(
      Writing writing, StoredApproval approval, Used used, Decision decision) {
    return writing
        .save(approval.with(used))
        .replaceWith(
            ClaimApprovalResponse.newBuilder()
                .setGranted(
                    ApprovalGranted.newBuilder()
                        .setId(approval.asked().id())
                        .setDecidedBy(decision.by()))
                .build());
  }

  private static ClaimApprovalResponse pending(StoredApproval approval, boolean created) {
    return ClaimApprovalResponse.newBuilder()
        .setPending(
            ApprovalPending.newBuilder()
                .setId(approval.asked().id())
                .setExpiresAtMillis(approval.asked().expiresAt().toEpochMilli())
                .setCreated(created))
        .build();
  }

  private static ClaimApprovalResponse denied(StoredApproval approval, Decision decision) {
    return ClaimApprovalResponse.newBuilder()
        .setDenied(
            ApprovalDenied.newBuilder()
                .setId(approval.asked().id())
                .setDecidedBy(decision.by())
                .setComment(decision.comment()))
        .build();
  }

  /** Nothing stands: the call asks, or is told what became of what it waited for. */
  private Uni<ClaimApprovalResponse> absent(
      Writing writing, Asked asked, ClaimApprovalRequest request, Instant now) {
    if (request.getWaitingFor().isEmpty()) {
      return ask(writing, asked, now);
    }
    return writing
        .find(request.getWaitingFor())
        .map(
            known -> {
              if (known != null
                  && known.asked().subject().equals(asked.subject())
                  && known.state() instanceof Denied denied) {
                return denied(known, denied.decision());
              }
              boolean used = known != null && known.state() instanceof Used;
              return ClaimApprovalResponse.newBuilder()
                  .setOver(
                      ApprovalOver.newBuilder().setId(request.getWaitingFor()).setExpired(!used))
                  .build();
            });
  }

  private Uni<ClaimApprovalResponse> ask(Writing writing, Asked asked, Instant now) {
    return writing
        .pendingOf(asked.subject().keyId(), now)
        .chain(
            ofKey ->
                ofKey >= settings.mostPerKey()
                    ? full(true, settings.mostPerKey())
                    : writing
                        .pending(now)
                        .chain(
                            ofTenant ->
                                ofTenant >= settings.mostPerTenant()
                                    ? full(false, settings.mostPerTenant())
                                    : added(writing, new StoredApproval(asked, new Pending()))));
  }

  private static Uni<ClaimApprovalResponse> added(Writing writing, StoredApproval approval) {
    return writing.add(approval).replaceWith(pending(approval, true));
  }

  private static Uni<ClaimApprovalResponse> full(boolean ofKey, int most) {
    return Uni.createFrom()
        .item(
            ClaimApprovalResponse.newBuilder()
                .setFull(ApprovalsFull.newBuilder().setOfKey(ofKey).setMost(most))
                .build());
  }

  /** Gives back what the call of the context took, as long as it has not gone on since. */
  public Uni<ReturnApprovalResponse> returnApproval(
      CallContext context, ReturnApprovalRequest request) {
    return change(
        context,
        () -> {
          CallId call = call(context);
          int leg = leg(request.getLeg());
          return store.write(
              context.tenant(),
              writing ->
                  writing
                      .find(request.getId())
                      .chain(
                          known -> {
                            boolean its =
                                known != null
                                    && known.state() instanceof Used used
                                    && used.call().equals(call)
                                    && used.leg() == leg;
                            return (its
                                    ? writing.save(known.with(((Used) known.state()).returned()))
                                    : Uni.createFrom().voidItem())
                                .replaceWith(
                                    ReturnApprovalResponse.newBuilder().setReturned(its).build());
                          }));
        });
  }

  /** Approvals of the tenant, newest first, or that of one id. */
  public Uni<ListApprovalsResponse> listApprovals(
      CallContext context, ListApprovalsRequest request) {
    return guard.answer(
        context,
        () -> {
          int limit = request.getLimit() == 0 ? MOST_ON_A_PAGE : request.getLimit();
          if (limit < 1 || limit > MOST_ON_A_PAGE) {
            throw Refusals.invalid("A page has 1 to " + MOST_ON_A_PAGE + " approvals.");
          }
          Instant now = now();
          return found(context.tenant(), request, limit, now)
              .map(
                  found -> {
                    boolean more = found.size() > limit;
                    ListApprovalsResponse.Builder response =
                        ListApprovalsResponse.newBuilder().setMore(more);
                    (more ? found.subList(0, limit) : found)
                        .forEach(one -> response.addApprovals(one.toProto(now)));
                    return response.build();
                  });
        });
  }

  private Uni<List<StoredApproval>> found(
      String tenant, ListApprovalsRequest request, int limit, Instant now) {
    return request.getId().isEmpty()
        ? store.page(
            tenant,
            new Filter(
                request.getState(),
                request.getKey(),
                request.getServer(),
                request.getTool(),
                request.getAfter(),
                now),
            limit + 1)
        : store
            .find(tenant, request.getId())
            .map(one -> one == null ? List.<StoredApproval>of() : List.of(one));
  }

  /** What the caller of the context says. Of several who decide at once one does. */
  public Uni<DecideApprovalResponse> decideApproval(
      CallContext context, DecideApprovalRequest request) {
    return change(
        context,
        () -> {
          if (request.getComment().length() > LONGEST_TEXT) {
            throw Refusals.invalid("A comment has at most " + LONGEST_TEXT + " characters.");
          }
          Duration validFor = validFor(request);
          return store.write(
              context.tenant(),
              writing ->
                  writing
                      .find(request.getId())
                      .chain(
                          known -> {
                            Instant now = now();
                            Pending pending = undecided(known, now);
                            Decision decision =
                                new Decision(context.caller(), now, request.getComment());
                            State next =
                                request.getApprove()
                                    ? pending.approved(decision, now.plus(validFor))
                                    : pending.denied(decision);
                            StoredApproval decided = known.with(next);
                            return (request.getApprove()
                                    ? approvable(writing, decided, now)
                                    : Uni.createFrom().voidItem())
                                .chain(() -> writing.save(decided))
                                .replaceWith(
                                    DecideApprovalResponse.newBuilder()
                                        .setApproval(decided.toProto(now))
                                        .build());
                          }));
        });
  }

  private static Uni<Void> approvable(Writing writing, StoredApproval approval, Instant now) {
    String key = approval.asked().subject().keyId();
    return key.startsWith(KEY_ID)
        ? writing
            .isUsable(key, now)
            .invoke(
                usable -> {
                  if (!usable) {
                    throw Refusals.conflict(
                        "The key "
                            + approval.asked().keyName()
                            + " may no longer be used, so nothing could run; deny it instead.");
                  }
                })
            .replaceWithVoid()
        : Uni.createFrom().voidItem();
  }

  private static Pending undecided(@Nullable StoredApproval known, Instant now) {
    if (known == null) {
      throw new CallFailed(
          Failure.of(
              ErrorCode.NOT_FOUND, "No such approval; list the approvals to see their ids."));
    }
    return switch (known.state()) {
      case Pending pending -> {
        if (known.isOver(now)) {
          throw Refusals.conflict(
              "The request expired at "
                  + known.asked().expiresAt().truncatedTo(ChronoUnit.SECONDS)
                  + "; the agent has to call again.");
        }
        yield pending;
      }
      case Approved approved -> throw decided("approved", approved.decision());
      case Denied denied -> throw decided("denied", denied.decision());
      case Used used -> throw decided("approved", used.decision());
    };
  }

  private static CallFailed decided(String how, Decision decision) {
    return Refusals.conflict(
        "It was "
            + how
            + " already by "
            + decision.by()
            + " at "
            + decision.at().truncatedTo(ChronoUnit.SECONDS)
            + ".");
  }

  private Duration validFor(DecideApprovalRequest request) {
    long millis = request.getValidForMillis();
    if (!request.getApprove() && millis != 0) {
      throw Refusals.invalid("A denial is not valid for a time; leave the time out.");
    }
    // Unsigned on the wire: what is negative there is too large.
    if (millis < 0 || millis > LONGEST.toMillis()) {
      throw Refusals.invalid("An approval is valid for at most 7 days.");
    }
    return millis == 0 ? settings.validFor() : Duration.ofMillis(millis);
  }

  private Asked asked(CallContext context, ClaimApprovalRequest request) {
    ByteString digest = request.getArgumentsDigest();
    if (!digest.isEmpty() && digest.size() != DIGEST_BYTES) {
      throw Refusals.invalid("arguments_digest is the SHA-256 of the arguments, 32 bytes.");
    }
    if (request.getArguments().size() > MOST_ARGUMENT_BYTES) {
      throw Refusals.invalid("Arguments that a person approves have at most 64 KiB.");
    }
    if (request.getKeyId().isEmpty()
        || request.getServer().isEmpty()
        || request.getTool().isEmpty()) {
      throw Refusals.invalid("key_id, server and tool say what is to be approved.");
    }
    if (request.getReason().length() > LONGEST_TEXT || request.getRule().length() > LONGEST_TEXT) {
      throw Refusals.invalid("A rule and its reason have at most " + LONGEST_TEXT + " characters.");
    }
    long millis = request.getExpiresInMillis();
    if (millis < 0 || millis > LONGEST.toMillis()) {
      throw Refusals.invalid("A request for approval waits at most 7 days.");
    }
    Instant now = now();
    return new Asked(
        RandomId.of("apr_"),
        new Subject(
            context.tenant(), request.getKeyId(), request.getServer(), request.getTool(), digest),
        request.getKeyName(),
        request.getArguments(),
        request.getRule(),
        request.getReason(),
        now,
        now.plus(millis == 0 ? settings.expiresIn() : Duration.ofMillis(millis)));
  }

  /** As exact as the store and the wire are. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static CallId call(CallContext context) {
    CallId call = context.callId();
    if (call == null) {
      throw Refusals.invalid("Only a call takes an approval; the context has no call id.");
    }
    return call;
  }

  private static int leg(int leg) {
    if (leg < 1) {
      throw Refusals.invalid("The requests of a call count from 1.");
    }
    return leg;
  }

  private static Uni<@Nullable StoredApproval> none() {
    return Uni.createFrom().nullItem();
  }

  private <T> Uni<T> change(CallContext context, Supplier<Uni<T>> work) {
    return guard.answer(
        context,
        () -> {
          KeyRules.checkTenant(context.tenant());
          return work.get();
        });
  }
}
