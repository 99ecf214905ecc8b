package dev.sallyport.policy.approval;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import java.time.Instant;

/** A request for approval as it is kept, and how far it has come. */
public record StoredApproval(Asked asked, State state) {

  /**
   * What a call has to have in common with an approval to take it.
   *
   * @param argumentsDigest SHA-256 of the canonical arguments; empty for a call without
   */
  public record Subject(
      String tenant, String keyId, String server, String tool, ByteString argumentsDigest) {}

  /**
   * What is asked.
   *
   * @param id {@code apr_} and 22 characters
   * @param arguments as the agent sent them; empty where they were not read
   * @param rule what asked
   * @param expiresAt until then it can be decided
   */
  public record Asked(
      String id,
      Subject subject,
      String keyName,
      ByteString arguments,
      String rule,
      String reason,
      Instant askedAt,
      Instant expiresAt) {}

  /**
   * @param by who decided, as admins are named in records
   */
  public record Decision(String by, Instant at, String comment) {}

  /** How far it has come. */
  public sealed interface State {}

  /** Nobody has decided. */
  public record Pending() implements State {

    Approved approved(Decision decision, Instant validUntil) {
      return new Approved(decision, validUntil);
    }

    Denied denied(Decision decision) {
      return new Denied(decision, false);
    }
  }

  /** One call may take it. */
  public record Approved(Decision decision, Instant validUntil) implements State {

    Used usedBy(CallId call, int leg, Instant now) {
      return new Used(decision, validUntil, now, call, leg, leg);
    }
  }

  /**
   * @param told the agent knows; its next call asks anew
   */
  public record Denied(Decision decision, boolean told) implements State {

    Denied toldNow() {
      return new Denied(decision, true);
    }
  }

  /**
   * A call took it, for good unless it provably did not run.
   *
   * @param firstLeg request of its client with which the call took it
   * @param leg the last request with which it went on
   */
  public record Used(
      Decision decision, Instant validUntil, Instant usedAt, CallId call, int firstLeg, int leg)
      implements State {

    /** The same call goes on after its client brought what the server had asked for. */
    Used withNextLeg() {
      return new Used(decision, validUntil, usedAt, call, firstLeg, leg + 1);
    }

    /** As it was before the last leg, which did not run. */
    State returned() {
      return leg == firstLeg
          ? new Approved(decision, validUntil)
          : new Used(decision, validUntil, usedAt, call, firstLeg, leg - 1);
    }
  }

  public String tenant() {
    return asked.subject().tenant();
  }

  StoredApproval with(State next) {
    return new StoredApproval(asked, next);
  }

  /** Its time has passed: nobody can decide it, or no call can take it. */
  boolean isOver(Instant now) {
    return switch (state) {
      case Pending pending -> !asked.expiresAt().isAfter(now);
      case Approved approved -> !approved.validUntil().isAfter(now);
      case Denied denied -> denied.told() || !asked.expiresAt().isAfter(now);
      case Used used -> true;
    };
  }

  Approval toProto(Instant now) {
    Approval.Builder proto =
        Approval.newBuilder()
            .setTenant(tenant())
            .setId(asked.id())
            .setKeyId(asked.subject().keyId())
            .setKeyName(asked.keyName())
            .setServer(asked.subject().server())
            .setTool(asked.subject().tool())
            .setArgumentsDigest(asked.subject().argumentsDigest())
            .setArguments(asked.arguments())
            .setRule(asked.rule())
            .setReason(asked.reason())
            .setAskedAtMillis(asked.askedAt().toEpochMilli())
            .setExpiresAtMillis(asked.expiresAt().toEpochMilli());
    return switch (state) {
      case Pending pending ->
          proto
              .setState(
                  isOver(now)
                      ? ApprovalState.APPROVAL_STATE_EXPIRED
                      : ApprovalState.APPROVAL_STATE_PENDING)
              .build();
      case Approved(Decision decision, Instant until) ->
          decided(proto, decision)
              .setState(
                  isOver(now)
                      ? ApprovalState.APPROVAL_STATE_EXPIRED
                      : ApprovalState.APPROVAL_STATE_APPROVED)
              .setValidUntilMillis(until.toEpochMilli())
              .build();
      case Denied denied ->
          decided(proto, denied.decision()).setState(ApprovalState.APPROVAL_STATE_DENIED).build();
      case Used used ->
          decided(proto, used.decision())
              .setState(ApprovalState.APPROVAL_STATE_USED)
              .setValidUntilMillis(used.validUntil().toEpochMilli())
              .setUsedAtMillis(used.usedAt().toEpochMilli())
              .setCallId(used.call().toString())
              .build();
    };
  }

  private static Approval.Builder decided(Approval.Builder proto, Decision decision) {
    return proto
        .setDecidedBy(decision.by())
        .setDecidedAtMillis(decision.at().toEpochMilli())
        .setComment(decision.comment());
  }
}
