package dev.sallyport.edge.admin;

import dev.sallyport.edge.call.Replays.Answer;
import dev.sallyport.edge.call.Replays.Made;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Content;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call as the record has it, without its result.
 *
 * @param said what key and rules said then; null where something else decided before them
 */
record RecordedCall(
    String callId,
    String key,
    String keyId,
    Made made,
    SimulationView.Decision then,
    @Nullable Answer said) {

  static RecordedCall of(CallView call) {
    // A member that only one of the two knows is taken from that one.
    AuditRecord open = call.hasOpen() ? call.getOpen() : call.getClose();
    AuditRecord close = call.getClose();
    String decision = either(close.getDecision(), open.getDecision());
    String rule = either(close.getRule(), open.getRule());
    return new RecordedCall(
        open.getCallId(),
        open.getKeyName(),
        open.getKeyId(),
        new Made(
            open.getMethod(),
            either(close.getServer(), open.getServer()),
            either(close.getTool(), open.getTool()),
            open.getDoor(),
            open.getGroup(),
            time(open),
            arguments(call)),
        new SimulationView.Decision(decision, rule),
        said(decision, rule, close.getErrorCode()));
  }

  private static Instant time(AuditRecord record) {
    Instant time = Times.ofMicros(record.getTimeMicros());
    return time == null ? Instant.EPOCH : time;
  }

  /** Null where not all of them are recorded. */
  private static byte @Nullable [] arguments(CallView call) {
    if (!call.hasOpen()) {
      return null;
    }
    Content arguments = call.getOpen().getArguments();
    return arguments.getLength() > arguments.getData().size()
        ? null
        : arguments.getData().toByteArray();
  }

  /** How much memory it takes, roughly. */
  int weight() {
    byte[] arguments = made.arguments();
    return arguments == null ? 0 : arguments.length;
  }

  /** What other things decide, such as the health of a server, says nothing about policy. */
  private static @Nullable Answer said(String decision, String rule, String errorCode) {
    if (rule.equals("approval") || rule.startsWith("approval:") || decision.equals("ask")) {
      return Answer.ASK;
    }
    if (decision.equals("allow")) {
      return Answer.ALLOW;
    }
    boolean ofPolicy =
        rule.equals("tools")
            || rule.equals("arguments")
            || rule.startsWith("rule:")
            || errorCode.equals(ErrorCode.RULE_DENIED.wireName());
    return decision.equals("deny") && ofPolicy ? Answer.DENY : null;
  }

  private static String either(String first, String second) {
    return first.isEmpty() ? second : first;
  }
}
