package dev.sallyport.testkit.echo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A tool of the echo server.
 *
 * @param definition the object that stands in tools/list
 * @param behaviour from the arguments ({@code null} when absent) to what happens
 */
record EchoTool(String name, String definition, Function<@Nullable RawJson, EchoReply> behaviour) {

  private static final String READ_ONLY =
      "{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true}";
  private static final String WRITES =
      "{\"readOnlyHint\":false,\"destructiveHint\":true,\"idempotentHint\":false}";

  /** The tools that every echo server starts with. */
  static Map<String, EchoTool> standard() {
    Map<String, EchoTool> tools = new LinkedHashMap<>();
    add(tools, "echo", "Answers its arguments, byte for byte.", READ_ONLY, EchoTool::echo);
    add(tools, "write", "Answers its arguments; must not be repeated.", WRITES, EchoTool::echo);
    add(
        tools,
        "slow",
        "Answers after `millis`, with `steps` progress notifications.",
        WRITES,
        arguments ->
            new EchoReply.Later(
                Duration.ofMillis(member(arguments, "millis", 500)),
                (int) member(arguments, "steps", 0),
                text("done")));
    add(
        tools,
        "big",
        "Answers a text of `bytes` bytes.",
        READ_ONLY,
        arguments -> new EchoReply.Result(big((int) member(arguments, "bytes", 1 << 20))));
    add(
        tools,
        "fail",
        "Fails as a tool does.",
        READ_ONLY,
        arguments ->
            new EchoReply.Result(
                bytes(
                    "\"content\":[{\"type\":\"text\",\"text\":\"it failed\"}],\"isError\":true")));
    add(
        tools,
        "error",
        "Fails as a protocol does.",
        READ_ONLY,
        arguments -> new EchoReply.ErrorAnswer(-32603, "secret-upstream-detail"));
    add(tools, "hang", "Never answers.", WRITES, arguments -> new EchoReply.Silence());
    add(
        tools,
        "garbage",
        "Answers something that is not JSON.",
        WRITES,
        arguments -> new EchoReply.Garbage(bytes("<html>not JSON at all</html>")));
    add(
        tools,
        "replay",
        "Says the texts in its arguments as they are.",
        WRITES,
        arguments -> new EchoReply.Replay());
    add(tools, "die", "Closes the connection mid-call.", WRITES, arguments -> new EchoReply.Drop());
    add(
        tools,
        "wrong_id",
        "Answers another request.",
        WRITES,
        arguments -> new EchoReply.WrongId(text("for somebody else")));
    add(
        tools,
        "pretty",
        "Answers JSON with raw newlines between its tokens.",
        READ_ONLY,
        arguments ->
            new EchoReply.Result(
                bytes(
                    "\n  \"content\" : [\r\n    {\n\"type\":\"text\",\n\n\"text\" :\"two\\nlines\"}\n"
                        + "  ]\r\n")));
    return tools;
  }

  /** An echo tool under another name. */
  static EchoTool named(String name) {
    return new EchoTool(
        name, definition(name, "Answers its arguments, byte for byte.", READ_ONLY), EchoTool::echo);
  }

  EchoTool defined(String otherwise) {
    return new EchoTool(name, otherwise, behaviour);
  }

  /** An echo tool with a definition of the usual size. */
  static EchoTool described(String name) {
    String definition =
        "{\"name\":"
            + Json.quote(name)
            + ",\"title\":\"Search the index\",\"description\":\"Searches the index for documents that"
            + " match the query and answers the best of them with their scores. Use it before you read"
            + " a document, and narrow the query when there are too many.\",\"inputSchema\":{\"type\":"
            + "\"object\",\"properties\":{\"query\":{\"type\":\"string\",\"description\":\"Words to look"
            + " for\"},\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":10},"
            + "\"order\":{\"type\":\"string\",\"enum\":[\"score\",\"date\"]}},\"required\":[\"query\"]},"
            + "\"annotations\":"
            + READ_ONLY
            + "}";
    return new EchoTool(name, definition, EchoTool::echo);
  }

  private static void add(
      Map<String, EchoTool> tools,
      String name,
      String description,
      String annotations,
      Function<@Nullable RawJson, EchoReply> behaviour) {
    tools.put(name, new EchoTool(name, definition(name, description, annotations), behaviour));
  }

  private static String definition(String name, String description, String annotations) {
    return "{\"name\":"
        + Json.quote(name)
        + ",\"description\":"
        + Json.quote(description)
        + ",\"inputSchema\":{\"type\":\"object\"},\"annotations\":"
        + annotations
        + "}";
  }

  private static EchoReply echo(@Nullable RawJson arguments) {
    byte[] head =
        bytes("\"content\":[{\"type\":\"text\",\"text\":\"echo\"}],\"structuredContent\":");
    byte[] body = arguments == null ? bytes("{}") : arguments.bytes();
    byte[] members = new byte[head.length + body.length];
    System.arraycopy(head, 0, members, 0, head.length);
    System.arraycopy(body, 0, members, head.length, body.length);
    return new EchoReply.Result(members);
  }

  private static byte[] text(String text) {
    return bytes("\"content\":[{\"type\":\"text\",\"text\":" + Json.quote(text) + "}]");
  }

  private static byte[] big(int length) {
    byte[] head = bytes("\"content\":[{\"type\":\"text\",");
    byte[] text = text("text", length);
    byte[] tail = bytes("}]");
    byte[] members = new byte[head.length + text.length + tail.length];
    System.arraycopy(head, 0, members, 0, head.length);
    System.arraycopy(text, 0, members, head.length, text.length);
    System.arraycopy(tail, 0, members, head.length + text.length, tail.length);
    return members;
  }

  /** A JSON member with a text of {@code length} bytes. */
  static byte[] text(String member, int length) {
    byte[] head = bytes(Json.quote(member) + ":\"");
    byte[] whole = new byte[head.length + length + 1];
    System.arraycopy(head, 0, whole, 0, head.length);
    for (int i = 0; i < length; i++) {
      whole[head.length + i] = (byte) ('a' + i % 26);
    }
    whole[whole.length - 1] = '"';
    return whole;
  }

  private static long member(@Nullable RawJson arguments, String name, long otherwise) {
    return arguments == null ? otherwise : RawJson.number(arguments.at(name), otherwise);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
