package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.CallState.Asked;
import dev.sallyport.edge.call.CallState.Decided;
import dev.sallyport.edge.call.CallState.Received;
import dev.sallyport.edge.call.CallState.Refused;
import dev.sallyport.edge.call.CallState.Reserved;
import dev.sallyport.edge.call.CallState.Resolved;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.edge.evidence.Evidence;
import dev.sallyport.edge.evidence.Evidence.Appended;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Writes the two records of a call: OPEN before it is acted on, CLOSE before it is answered. */
@Singleton
class CallRecords {

  private static final int TRACE_ID_START = 3;
  private static final int TRACE_ID_END = 35;

  private final Evidence evidence;

  CallRecords(Evidence evidence) {
    this.evidence = evidence;
  }

  /** False when the call must not go on because it cannot be recorded. */
  boolean open(Decided decided, long costMicros) {
    return append(open(decided.resolved(), "allow", decided.rule()).setCostMicros(costMicros));
  }

  /** False when even the refusal cannot be recorded; it stays a refusal. */
  boolean open(Refused refused) {
    Resolved resolved = refused.resolved();
    return append(
        resolved == null
            ? open(refused.received(), refused.decision(), refused.rule())
            : open(resolved, refused.decision(), refused.rule()));
  }

  void close(Refused refused) {
    close(refused, outcomeOf(refused.failure().code()), refused.failure().code());
  }

  /** The call waits for an approval, and its client for the call. */
  void waits(Refused asking) {
    if (open(asking)) {
      close(asking, Outcome.OUTCOME_INPUT_REQUIRED, null);
    }
  }

  private void close(Refused refused, Outcome outcome, @Nullable ErrorCode error) {
    Received received = refused.received();
    AuditRecord.Builder record =
        record(received, RecordKind.RECORD_KIND_CLOSE, received.firstSequence() + 1);
    Resolved resolved = refused.resolved();
    if (resolved != null) {
      withTarget(record, resolved);
    }
    if (refused.from() instanceof Asked) {
      // Of a call with several requests the last one says what was decided.
      record.setDecision(refused.decision()).setRule(refused.rule());
    }
    if (error != null) {
      record.setErrorCode(error.wireName());
    }
    append(record.setOutcome(outcome).setLatencyMicros(microsSince(received)));
  }

  void close(
      RunningCall call,
      Outcome outcome,
      @Nullable ErrorCode error,
      Frame.@Nullable Response answer,
      long upstreamMicros,
      long costMicros,
      long tokens) {
    Reserved reserved = call.reserved();
    Resolved resolved = reserved.decided().resolved();
    Received received = resolved.received();
    AuditRecord.Builder record =
        withTarget(
                record(received, RecordKind.RECORD_KIND_CLOSE, received.firstSequence() + 1),
                resolved)
            .setOutcome(outcome)
            .setLatencyMicros(microsSince(received))
            .setUpstreamMicros(upstreamMicros)
            .setCostMicros(costMicros)
            .setResultTokens(tokens)
            .setIsolation(call.isolation());
    if (error != null) {
      record.setErrorCode(error.wireName());
    }
    if (reserved.decided().approval() != null) {
      record.setDecision("allow").setRule(reserved.decided().rule());
    }
    if (answer != null) {
      Span said = answer.result() != null ? answer.result() : answer.error();
      if (said != null) {
        record.setResult(content(answer.data(), said));
      }
    }
    append(record);
  }

  static Outcome outcomeOf(ErrorCode code) {
    return switch (code) {
      case UPSTREAM_TIMEOUT -> Outcome.OUTCOME_TIMED_OUT;
      case UPSTREAM_LOST -> Outcome.OUTCOME_UNKNOWN;
      case CANCELLED -> Outcome.OUTCOME_CANCELLED;
      default ->
          switch (code.kind()) {
            case UPSTREAM -> Outcome.OUTCOME_UPSTREAM_FAILED;
            case INTERNAL ->
                code == ErrorCode.POLICY_UNAVAILABLE || code == ErrorCode.EVIDENCE_FULL
                    ? Outcome.OUTCOME_REFUSED
                    : Outcome.OUTCOME_INTERNAL;
            case CALLER, POLICY, LIMIT -> Outcome.OUTCOME_REFUSED;
          };
    };
  }

  private static AuditRecord.Builder open(Resolved resolved, String decision, String rule) {
    return withTarget(open(resolved.received(), decision, rule), resolved);
  }

  private static AuditRecord.Builder open(Received received, String decision, String rule) {
    ToolCall call = received.call();
    AuditRecord.Builder record =
        record(received, RecordKind.RECORD_KIND_OPEN, received.firstSequence())
            .setDecision(decision)
            .setRule(rule)
            .setClientProtocolVersion(call.version().text())
            .setClientInfo(call.client().text());
    Span arguments = call.frame().params().arguments();
    if (arguments != null) {
      record.setArguments(content(call.frame().data(), arguments));
    }
    String traceparent = call.traceparent();
    if (traceparent != null && traceparent.length() >= TRACE_ID_END) {
      record.setTraceId(traceparent.substring(TRACE_ID_START, TRACE_ID_END));
    }
    return record;
  }

  private static AuditRecord.Builder record(Received received, RecordKind kind, int sequence) {
    ToolCall call = received.call();
    AuditRecord.Builder record =
        AuditRecord.newBuilder()
            .setTenant(call.profile().tenant())
            .setCallId(received.id().toString())
            .setSequence(sequence)
            .setKind(kind)
            .setCaller(call.profile().keyId())
            .setKeyId(call.profile().keyId())
            .setKeyName(call.profile().keyName())
            .setCustomer(call.profile().belonging().customer())
            .setTeam(call.profile().belonging().team())
            .setUser(call.profile().belonging().user())
            .setDoor(call.door().wireName())
            .setMethod(call.frame().method())
            .setExposedName(call.name());
    String group = call.profile().atGroup();
    if (group != null) {
      record.setGroup(group);
    }
    if (call.server() != null) {
      record.setServer(call.server());
    }
    if (call.parent() != null) {
      record.setParentCallId(call.parent().toString());
    }
    return record;
  }

  private static AuditRecord.Builder withTarget(AuditRecord.Builder record, Resolved resolved) {
    ServerEntry server = resolved.server();
    Target target = resolved.target();
    return record
        .setServer(server.name())
        .setTool(target.toolName())
        .setExposedName(target.exposedName())
        .setCatalogueVersion(server.catalogueVersion());
  }

  private static Content content(byte[] data, Span span) {
    return span.length() == 0
        ? Content.newBuilder().setData(ByteString.EMPTY).build()
        : Contents.keep(data, span.start(), span.length());
  }

  private static long microsSince(Received received) {
    return (System.nanoTime() - received.startedNanos()) / 1000;
  }

  private boolean append(AuditRecord.Builder record) {
    return evidence.append(record) != Appended.REFUSED;
  }
}
