package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.policy.approval.StoredApproval;
import dev.sallyport.policy.approval.StoredApproval.Approved;
import dev.sallyport.policy.approval.StoredApproval.Asked;
import dev.sallyport.policy.approval.StoredApproval.Decision;
import dev.sallyport.policy.approval.StoredApproval.Denied;
import dev.sallyport.policy.approval.StoredApproval.Pending;
import dev.sallyport.policy.approval.StoredApproval.State;
import dev.sallyport.policy.approval.StoredApproval.Subject;
import dev.sallyport.policy.approval.StoredApproval.Used;
import dev.sallyport.proto.policy.v1.ApprovalState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "policy", name = "approval")
@IdClass(TenantScopedId.class)
class ApprovalRow {
  static final short PENDING = ApprovalState.APPROVAL_STATE_PENDING_VALUE;
  static final short APPROVED = ApprovalState.APPROVAL_STATE_APPROVED_VALUE;
  static final short DENIED = ApprovalState.APPROVAL_STATE_DENIED_VALUE;
  static final short USED = ApprovalState.APPROVAL_STATE_USED_VALUE;

  @Id String tenant = "";
  @Id String id = "";
  short state;

  @Column(name = "key_id")
  String keyId = "";

  @Column(name = "key_name")
  String keyName = "";

  String server = "";
  String tool = "";

  @Column(name = "arguments_digest")
  byte[] argumentsDigest = {};

  String rule = "";
  String reason = "";

  @Column(name = "asked_at")
  Instant askedAt = Instant.EPOCH;

  @Column(name = "expires_at")
  Instant expiresAt = Instant.EPOCH;

  @Column(name = "decided_by")
  String decidedBy = "";

  @Column(name = "decided_at")
  @Nullable Instant decidedAt;

  String comment = "";

  @Column(name = "valid_until")
  @Nullable Instant validUntil;

  boolean told;

  @Column(name = "used_at")
  @Nullable Instant usedAt;

  @Column(name = "call_id")
  String callId = "";

  @Column(name = "first_leg")
  int firstLeg;

  int leg;

  static ApprovalRow of(StoredApproval approval) {
    Asked asked = approval.asked();
    ApprovalRow row = new ApprovalRow();
    row.tenant = approval.tenant();
    row.id = asked.id();
    row.keyId = asked.subject().keyId();
    row.keyName = asked.keyName();
    row.server = asked.subject().server();
    row.tool = asked.subject().tool();
    row.argumentsDigest = asked.subject().argumentsDigest().toByteArray();
    row.rule = asked.rule();
    row.reason = asked.reason();
    row.askedAt = asked.askedAt();
    row.expiresAt = asked.expiresAt();
    row.take(approval.state());
    return row;
  }

  private void take(State now) {
    switch (now) {
      case Pending pending -> state = PENDING;
      case Approved(Decision decision, Instant until) -> {
        state = APPROVED;
        decided(decision);
        validUntil = until;
      }
      case Denied denied -> {
        state = DENIED;
        decided(denied.decision());
        told = denied.told();
      }
      case Used used -> {
        state = USED;
        decided(used.decision());
        validUntil = used.validUntil();
        usedAt = used.usedAt();
        callId = used.call().toString();
        firstLeg = used.firstLeg();
        leg = used.leg();
      }
    }
  }

  private void decided(Decision decision) {
    decidedBy = decision.by();
    decidedAt = decision.at();
    comment = decision.comment();
  }

  StoredApproval toApproval(ByteString arguments) {
    return new StoredApproval(
        new Asked(
            id,
            new Subject(tenant, keyId, server, tool, ByteString.copyFrom(argumentsDigest)),
            keyName,
            arguments,
            rule,
            reason,
            askedAt,
            expiresAt),
        state());
  }

  private State state() {
    Decision decision =
        new Decision(decidedBy, decidedAt == null ? Instant.EPOCH : decidedAt, comment);
    Instant until = validUntil == null ? Instant.EPOCH : validUntil;
    return switch (state) {
      case PENDING -> new Pending();
      case APPROVED -> new Approved(decision, until);
      case DENIED -> new Denied(decision, told);
      case USED ->
          new Used(
              decision,
              until,
              usedAt == null ? Instant.EPOCH : usedAt,
              CallId.parse(callId),
              firstLeg,
              leg);
      default -> throw new IllegalStateException("approval " + id + " has state " + state);
    };
  }
}
