package dev.sallyport.edge.approval;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.edge.CallersContext;
import dev.sallyport.edge.call.Approvals;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jboss.logging.Logger;

/** Approvals, asked of policy each time: one question per request of a client, and no polling. */
@Singleton
final class PolicyApprovals implements Approvals {

  private static final Logger LOG = Logger.getLogger(PolicyApprovals.class);

  /** What is counted: few, whatever is asked. */
  private enum Counted {
    ASKED,
    WAITING,
    GRANTED,
    DENIED,
    EXPIRED,
    REFUSED,
    UNAVAILABLE,
    RETURNED
  }

  private final PolicyPeer policy;
  private final Duration timeout;
  private final Map<Counted, Counter> counters = new EnumMap<>(Counted.class);

  PolicyApprovals(PolicyPeer policy, ApprovalSettings settings, MeterRegistry meters) {
    this.policy = policy;
    this.timeout = settings.timeout();
    for (Counted counted : Counted.values()) {
      counters.put(
          counted,
          Counter.builder("sallyport.edge.approvals")
              .description("Calls that need an approval, by what they were told")
              .tag("outcome", counted.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  @Override
  public Future<Answer> claim(Wanted wanted) {
    Promise<Answer> promise = CallersContext.promise();
    ClaimApprovalRequest.Builder request =
        ClaimApprovalRequest.newBuilder()
            .setContext(context(wanted.profile().tenant(), wanted.call()))
            .setKeyId(wanted.profile().keyId())
            .setKeyName(wanted.profile().keyName())
            .setServer(wanted.server())
            .setTool(wanted.tool())
            .setArgumentsDigest(ByteString.copyFrom(wanted.argumentsDigest()))
            .setArguments(UnsafeByteOperations.unsafeWrap(wanted.arguments()))
            .setRule(wanted.ask().rule())
            .setReason(wanted.ask().reason())
            .setExpiresInMillis(wanted.ask().expiresIn().toMillis())
            .setLeg(wanted.leg());
    if (wanted.waitingFor() != null) {
      request.setWaitingFor(wanted.waitingFor());
    }
    // Deferred: whatever is thrown on the way is an answer too, or calls would wait for ever.
    Uni.createFrom()
        .deferred(() -> policy.claimApproval(request.build()))
        .ifNoItem()
        .after(timeout)
        .fail()
        .map(response -> toAnswer(wanted, response))
        .subscribe()
        .with(promise::complete, failure -> promise.complete(failed(wanted, failure)));
    return promise.future();
  }

  private Answer toAnswer(Wanted wanted, ClaimApprovalResponse response) {
    return switch (response.getAnswerCase()) {
      case GRANTED -> {
        count(Counted.GRANTED);
        yield new Granted(
            wanted.profile().tenant(),
            wanted.call(),
            wanted.leg(),
            response.getGranted().getId(),
            response.getGranted().getDecidedBy());
      }
      case PENDING -> {
        count(response.getPending().getCreated() ? Counted.ASKED : Counted.WAITING);
        yield new Pending(
            response.getPending().getId(),
            Instant.ofEpochMilli(response.getPending().getExpiresAtMillis()));
      }
      case DENIED -> {
        count(Counted.DENIED);
        yield new Denied(
            response.getDenied().getId(),
            response.getDenied().getDecidedBy(),
            response.getDenied().getComment());
      }
      case OVER -> {
        count(Counted.EXPIRED);
        yield new Over(response.getOver().getId(), response.getOver().getExpired());
      }
      case FULL -> {
        count(Counted.REFUSED);
        yield new Refused(
            Failure.of(
                ErrorCode.THROTTLED,
                "The call needs an approval, and "
                    + response.getFull().getMost()
                    + " calls of "
                    + (response.getFull().getOfKey() ? "this key" : "this tenant")
                    + " wait for one already; have some of them decided first."));
      }
      // Of a newer version: what is not understood grants nothing.
      case ANSWER_NOT_SET -> {
        count(Counted.UNAVAILABLE);
        yield new Refused(Failure.of(ErrorCode.POLICY_UNAVAILABLE));
      }
    };
  }

  /**
   * Policy may have granted it before the answer was lost: then it is spent, and the record of the
   * approval says by which call. Nothing runs that is not known to be approved.
   */
  private Answer failed(Wanted wanted, Throwable failure) {
    if (failure instanceof CallFailed known && known.failure().code() == ErrorCode.FORBIDDEN) {
      count(Counted.REFUSED);
      return new Refused(known.failure());
    }
    LOG.warnf("Policy did not say whether a call is approved: %s", failure.getMessage());
    count(Counted.UNAVAILABLE);
    return new Refused(Failure.of(ErrorCode.POLICY_UNAVAILABLE));
  }

  @Override
  public void giveBack(Granted granted) {
    Uni.createFrom()
        .deferred(
            () ->
                policy.returnApproval(
                    ReturnApprovalRequest.newBuilder()
                        .setContext(context(granted.tenant(), granted.call()))
                        .setId(granted.id())
                        .setLeg(granted.leg())
                        .build()))
        .subscribe()
        .with(
            done -> count(Counted.RETURNED),
            failure ->
                LOG.warnf(
                    "Approval %s stays used, although its call did not run: %s",
                    granted.id(), failure.getMessage()));
  }

  private dev.sallyport.proto.common.v1.CallContext context(String tenant, CallId call) {
    return CallContexts.toProto(
        new CallContext(
                tenant,
                "service:" + Peer.EDGE.wireName(),
                Peer.EDGE,
                call,
                null,
                Long.MAX_VALUE,
                null,
                null)
            .withDeadline(timeout));
  }

  private void count(Counted counted) {
    Counter counter = counters.get(counted);
    if (counter != null) {
      counter.increment();
    }
  }
}
