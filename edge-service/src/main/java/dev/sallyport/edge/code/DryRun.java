package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.Money;
import dev.sallyport.edge.call.OwnTools.Foreseen;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.proto.sandbox.v1.DryRunEnd;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls that a script would make, with what would become of them and what they would cost
 * (features E7), up to where it depends on what a tool returns.
 */
final class DryRun {

  private static final int MOST_ARGUMENTS = 500;

  private record Planned(ToolCall call, Foreseen foreseen) {}

  private final List<Planned> calls = new ArrayList<>();

  int count() {
    return calls.size();
  }

  void add(ToolCall call, Foreseen foreseen) {
    calls.add(new Planned(call, foreseen));
  }

  /** A {@code CallToolResult}. */
  byte[] result(DryRunEnd end, ByteString printed) {
    return ScriptAnswer.structured(text(end, printed), structured(end));
  }

  private String text(DryRunEnd end, ByteString printed) {
    StringBuilder text = new StringBuilder();
    text.append(calls.isEmpty() ? "The script would make no call" : "The script would make:");
    for (Planned planned : calls) {
      ToolCall call = planned.call;
      Foreseen foreseen = planned.foreseen;
      text.append("\nline ")
          .append(call.getLine())
          .append(": ")
          .append(call.getServer())
          .append('.')
          .append(call.getTool())
          .append(' ')
          .append(shortened(call.getArguments().toStringUtf8()))
          .append(" → ")
          .append(foreseen.decision());
      if (!foreseen.decision().equals("allow")) {
        text.append(" (").append(foreseen.rule()).append("): ").append(foreseen.reason());
      }
      if (foreseen.costMicros() > 0) {
        text.append(", costs ").append(Money.text(foreseen.costMicros()));
      }
    }
    if (calls.isEmpty()) {
      text.append('.');
    }
    if (total() > 0) {
      text.append("\nTogether ").append(Money.text(total())).append('.');
    }
    if (end.getIncomplete()) {
      text.append("\nWhat comes after line ")
          .append(end.getLine())
          .append(" depends on what a tool returns: ")
          .append(end.getReason());
    }
    String log = ScriptAnswer.log(printed, 0);
    return log.isEmpty() ? text.toString() : text + "\n\nPrinted:\n" + log;
  }

  private static String shortened(String arguments) {
    return arguments.length() <= MOST_ARGUMENTS
        ? arguments
        : arguments.substring(0, MOST_ARGUMENTS) + "…";
  }

  private byte[] structured(DryRunEnd end) {
    JsonWriter json = new JsonWriter().beginObject().name("calls").beginArray();
    for (Planned planned : calls) {
      json.beginObject()
          .member("line", planned.call.getLine())
          .member("server", planned.call.getServer())
          .member("tool", planned.call.getTool())
          .member("arguments", planned.call.getArguments().toByteArray())
          .member("decision", planned.foreseen.decision())
          .member("rule", planned.foreseen.rule())
          .member("reason", planned.foreseen.reason())
          .member("cost", Money.text(planned.foreseen.costMicros()))
          .endObject();
    }
    json.endArray().member("cost", Money.text(total())).member("complete", !end.getIncomplete());
    if (end.getIncomplete()) {
      json.member("stopsAtLine", end.getLine()).member("stopsBecause", end.getReason());
    }
    return json.endObject().toBytes();
  }

  private long total() {
    return calls.stream().mapToLong(planned -> planned.foreseen.costMicros()).sum();
  }
}
