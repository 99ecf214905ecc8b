package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.ByteString;
import dev.sallyport.edge.Money;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A recorded call as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Call")
record CallRecord(
    @Schema(description = "UUIDv7: sorts by time.") String callId,
    @Schema(description = "When it came in.") @Nullable Instant time,
    @Schema(
            description =
                "running, or ok, tool_error, protocol_error, refused, upstream_failed, timed_out, cancelled,"
                    + " internal, unknown")
        String outcome,
    @Schema(description = "Stable name of the error.") @Nullable String errorCode,
    @Nullable String key,
    @Nullable String keyId,
    String caller,
    @Schema(description = "Where it came in: mcp, mcp-server, mcp-group, execute, script.")
        String door,
    @Schema(description = "The tool group at whose endpoint it came in.") @Nullable String group,
    String method,
    @Nullable String server,
    @Nullable String tool,
    @Schema(description = "Name that the agent called.") @Nullable String exposedName,
    @Nullable String decision,
    @Nullable String rule,
    @Schema(description = "From frame in to answer out.") @Nullable Long latencyMicros,
    @Schema(description = "Of that, in the server.") @Nullable Long upstreamMicros,
    @Schema(description = "What it cost, an exact decimal; absent when nothing.", examples = "0.25")
        @Nullable String cost,
    @Schema(description = "Of what went back to the agent, estimated; absent when nothing did.")
        @Nullable Long tokens,
    @Schema(
            description =
                "Of a script that ran: how it was kept from everything else, as process, namespaced or container.")
        @Nullable String isolation,
    @Nullable String parentCallId,
    @Nullable String catalogueVersion,
    @Nullable String clientProtocolVersion,
    @Nullable String clientInfo,
    @Nullable String traceId,
    @Schema(description = "As received, up to 64 KiB.") @Nullable String arguments,
    @Nullable ContentFacts argumentsContent,
    @Schema(description = "As sent to the agent, up to 64 KiB.") @Nullable String result,
    @Nullable ContentFacts resultContent) {

  /** What is known of a content beside its text. */
  @Schema(name = "ContentFacts")
  record ContentFacts(
      @Schema(description = "Bytes of the whole content.") long length,
      @Schema(description = "The text is only its beginning.") boolean truncated,
      @Schema(description = "HMAC-SHA-256 of the whole content under the record's salt, hex.")
          String saltedDigest) {}

  /** Calls, newest first. */
  @Schema(name = "Calls")
  record Page(
      List<CallRecord> calls,
      @Schema(description = "Calls that match the filters, whatever the limit.") long total) {}

  static CallRecord of(CallView call, boolean withContent) {
    AuditRecord open = call.getOpen();
    boolean closed = call.hasClose();
    AuditRecord close = call.getClose();
    Content arguments = open.getArguments();
    Content result = close.getResult();
    return new CallRecord(
        open.getCallId().isEmpty() ? close.getCallId() : open.getCallId(),
        Times.ofMicros(open.getTimeMicros()),
        closed ? outcome(close.getOutcome()) : "running",
        emptyToNull(close.getErrorCode()),
        emptyToNull(open.getKeyName()),
        emptyToNull(open.getKeyId()),
        open.getCaller(),
        open.getDoor(),
        emptyToNull(open.getGroup()),
        open.getMethod(),
        either(close.getServer(), open.getServer()),
        either(close.getTool(), open.getTool()),
        either(close.getExposedName(), open.getExposedName()),
        either(close.getDecision(), open.getDecision()),
        either(close.getRule(), open.getRule()),
        closed ? (Long) close.getLatencyMicros() : null,
        closed ? (Long) close.getUpstreamMicros() : null,
        close.getCostMicros() == 0 ? null : Money.text(close.getCostMicros()),
        close.getResultTokens() == 0 ? null : (Long) close.getResultTokens(),
        emptyToNull(close.getIsolation()),
        emptyToNull(open.getParentCallId()),
        either(close.getCatalogueVersion(), open.getCatalogueVersion()),
        emptyToNull(open.getClientProtocolVersion()),
        emptyToNull(open.getClientInfo()),
        emptyToNull(open.getTraceId()),
        withContent && open.hasArguments() ? text(arguments) : null,
        open.hasArguments() ? facts(arguments) : null,
        withContent && close.hasResult() ? text(result) : null,
        close.hasResult() ? facts(result) : null);
  }

  static String outcome(Outcome outcome) {
    return outcome == Outcome.OUTCOME_UNSPECIFIED || outcome == Outcome.UNRECOGNIZED
        ? "unknown"
        : outcome.name().substring("OUTCOME_".length()).toLowerCase(Locale.ROOT);
  }

  /** Empty for a name that is not an outcome. */
  static Optional<Outcome> outcome(String name) {
    try {
      return Optional.of(Outcome.valueOf("OUTCOME_" + name.toUpperCase(Locale.ROOT)))
          .filter(outcome -> outcome != Outcome.OUTCOME_UNSPECIFIED);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ContentFacts facts(Content content) {
    return new ContentFacts(
        content.getLength(),
        content.getLength() > content.getData().size(),
        HexFormat.of().formatHex(content.getSaltedDigest().toByteArray()));
  }

  /** UTF-8; a character that the cut at 64 KiB went through is left out. */
  static String text(Content content) {
    ByteString data = content.getData();
    int end = data.size();
    if (content.getLength() > end) {
      int start = end;
      while (start > 0 && end - start < 4 && (data.byteAt(start - 1) & 0xC0) == 0x80) {
        start--;
      }
      if (start > 0 && (data.byteAt(start - 1) & 0xC0) == 0xC0) {
        int lead = data.byteAt(start - 1) & 0xFF;
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (end - (start - 1) < needed) {
          end = start - 1;
        }
      }
    }
    return data.substring(0, end).toString(StandardCharsets.UTF_8);
  }

  private static @Nullable String either(String first, String second) {
    return emptyToNull(first.isEmpty() ? second : first);
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
