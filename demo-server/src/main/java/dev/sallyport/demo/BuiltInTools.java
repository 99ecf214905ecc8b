package dev.sallyport.demo;

import dev.sallyport.mcp.frame.LineSafe;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** The tools that the server starts with. */
final class BuiltInTools {

  private static final int MOST_STEPS = 1000;
  private static final int LONGEST_DELAY = 60_000;

  private static final String ECHO =
      """
      {"name":"echo","title":"Echo","description":"Returns the text that it is given.",
      "inputSchema":{"type":"object","properties":{"text":{"type":"string","description":"What to return"}},"required":["text"]},
      "annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}}""";

  private static final String ADD =
      """
      {"name":"add","title":"Add","description":"Adds two numbers exactly, whatever their size.",
      "inputSchema":{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]},
      "outputSchema":{"type":"object","properties":{"sum":{"type":"number"}},"required":["sum"]},
      "annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}}""";

  private static final String NOW =
      """
      {"name":"now","title":"Now","description":"Tells the date and time.",
      "inputSchema":{"type":"object","properties":{"zone":{"type":"string","description":"IANA time zone, such as Europe/Zurich; UTC if absent"}}},
      "annotations":{"readOnlyHint":true,"openWorldHint":false}}""";

  private static final String COUNTDOWN =
      """
      {"name":"countdown","title":"Count down","description":"Counts down and reports progress at every step. Can be cancelled.",
      "inputSchema":{"type":"object","properties":{"steps":{"type":"integer","minimum":1,"maximum":1000},"delayMillis":{"type":"integer","minimum":0,"maximum":60000,"default":100,"description":"Pause before each step"}},"required":["steps"]},
      "annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}}""";

  private static final String FAIL =
      """
      {"name":"fail","title":"Fail","description":"Fails with the message that it is given, to see how failures look.",
      "inputSchema":{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]},
      "annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}}""";

  private static final String ANNOUNCE =
      """
      {"name":"announce","title":"Announce a tool","description":"Adds a tool that greets, to see the list of tools change.",
      "inputSchema":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,30}$"}},"required":["name"]},
      "annotations":{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":false,"openWorldHint":false}}""";

  /** A tool that is a function. */
  private record Simple(
      String name,
      byte[] definition,
      boolean takesTime,
      BiFunction<Arguments, RunningCall, ToolResult> body)
      implements Tool {

    @Override
    public ToolResult run(Arguments arguments, RunningCall call) {
      return body.apply(arguments, call);
    }
  }

  private BuiltInTools() {}

  static List<Tool> all(Toolbox toolbox) {
    return List.of(
        new Simple("echo", definition(ECHO), false, (arguments, call) -> echo(arguments)),
        new Simple("add", definition(ADD), false, (arguments, call) -> add(arguments)),
        new Simple("now", definition(NOW), false, (arguments, call) -> now(arguments)),
        new Simple("countdown", definition(COUNTDOWN), true, BuiltInTools::countdown),
        new Simple("fail", definition(FAIL), false, (arguments, call) -> fail(arguments)),
        new Simple(
            "announce",
            definition(ANNOUNCE),
            false,
            (arguments, call) -> announce(arguments, toolbox)));
  }

  /** What {@code announce} adds. */
  static Tool greeting(String name) {
    byte[] definition =
        new JsonWriter()
            .beginObject()
            .member("name", name)
            .member("description", "Greets. It was announced while the server ran.")
            .name("inputSchema")
            .beginObject()
            .member("type", "object")
            .endObject()
            .endObject()
            .toBytes();
    return new Simple(
        name, definition, false, (arguments, call) -> ToolResult.text("Hello from " + name + "."));
  }

  private static byte[] definition(String json) {
    return LineSafe.singleLine(json.getBytes(StandardCharsets.UTF_8));
  }

  private static ToolResult echo(Arguments arguments) {
    byte[] text = arguments.rawString("text");
    return text == null
        ? ToolResult.error("Give \"text\", a string.")
        : new ToolResult(text, null, false);
  }

  private static ToolResult add(Arguments arguments) {
    BigDecimal a = arguments.number("a");
    BigDecimal b = arguments.number("b");
    if (a == null || b == null) {
      return ToolResult.error("Give \"a\" and \"b\", numbers of at most a thousand digits.");
    }
    String sum = a.add(b).toString();
    byte[] structured =
        new JsonWriter()
            .beginObject()
            .member("sum", sum.getBytes(StandardCharsets.US_ASCII))
            .endObject()
            .toBytes();
    return new ToolResult(JsonText.quote(sum), structured, false);
  }

  private static ToolResult now(Arguments arguments) {
    ZoneId zone = ZoneOffset.UTC;
    if (arguments.has("zone")) {
      String name = arguments.string("zone");
      try {
        zone = ZoneId.of(name == null ? "" : name);
      } catch (DateTimeException e) {
        return ToolResult.error("Give \"zone\" as an IANA time zone, such as Europe/Zurich.");
      }
    }
    return ToolResult.text(ZonedDateTime.now(zone).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
  }

  private static ToolResult countdown(Arguments arguments, RunningCall call) {
    OptionalLong steps = arguments.integer("steps");
    OptionalLong delay =
        arguments.has("delayMillis") ? arguments.integer("delayMillis") : OptionalLong.of(100);
    if (steps.isEmpty() || steps.getAsLong() < 1 || steps.getAsLong() > MOST_STEPS) {
      return ToolResult.error("Give \"steps\", an integer from 1 to " + MOST_STEPS + ".");
    }
    if (delay.isEmpty() || delay.getAsLong() < 0 || delay.getAsLong() > LONGEST_DELAY) {
      return ToolResult.error("Give \"delayMillis\", an integer from 0 to " + LONGEST_DELAY + ".");
    }
    long total = steps.getAsLong();
    for (long step = 1; step <= total; step++) {
      try {
        Thread.sleep(delay.getAsLong());
      } catch (InterruptedException e) {
        return ToolResult.error("The countdown was cancelled.");
      }
      call.progress(step, total, (total - step) + " to go");
    }
    return ToolResult.text("Counted down from " + total + ".");
  }

  private static ToolResult fail(Arguments arguments) {
    String message = arguments.string("message");
    return ToolResult.error(message == null ? "Give \"message\", a string." : message);
  }

  private static ToolResult announce(Arguments arguments, Toolbox toolbox) {
    String name = arguments.string("name");
    if (name == null || !name.matches("[A-Za-z0-9_-]{1,30}")) {
      return ToolResult.error("Give \"name\", 1 to 30 letters, digits, hyphens or underscores.");
    }
    return toolbox.announce(name)
        ? ToolResult.text("There is a tool \"" + name + "\" now.")
        : ToolResult.error("There is a tool of that name, or there are too many.");
  }
}
