package dev.sallyport.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The frames that are measured: written here, so that a run needs nothing but the code. */
final class Frames {

  /** A modern call as SDKs send it, about 420 bytes with its {@code _meta}. */
  static final byte[] MODERN_CALL =
      """
      {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"weather__get_forecast","arguments":{"location":"Bern, Switzerland","days":3,"units":"metric"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"ExampleClient","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}},"progressToken":17}}}"""
          .getBytes(UTF_8);

  /** A legacy call, about 300 bytes. */
  static final byte[] LEGACY_CALL =
      """
      {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"weather__get_forecast","arguments":{"location":"Bern, Switzerland","days":3,"units":"metric","note":"A sentence of the kind that a model writes into an argument when it explains itself to nobody."},"_meta":{"progressToken":17}}}"""
          .getBytes(UTF_8);

  private static final String ROW =
      "{\\\"id\\\": 48213, \\\"name\\\": \\\"Grün & Söhne\\\", \\\"score\\\": 0.8731, \\\"tags\\\": [\\\"a\\\", \\\"b\\\"]}\\n";

  private static final String PROSE =
      "The quick brown fox jumps over the lazy dog while the gateway looks on and changes nothing. ";

  private Frames() {}

  /** A result of one text block with escaped JSON rows and prose in it, as many tools return. */
  static byte[] result(int size) {
    StringBuilder text =
        new StringBuilder(size + 512)
            .append(
                "{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"");
    while (text.length() < size) {
      text.append(ROW).append(PROSE);
    }
    return text.append("\"}],\"isError\":false}}").toString().getBytes(UTF_8);
  }

  /** A result whose bulk is structured content: short strings and numbers, the slow case. */
  static byte[] structured(int size) {
    StringBuilder rows =
        new StringBuilder(size + 512)
            .append(
                "{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":{\"content\":[],\"structuredContent\":{\"rows\":[");
    for (int i = 0; rows.length() < size; i++) {
      rows.append(i == 0 ? "" : ",")
          .append("{\"id\":")
          .append(i)
          .append(",\"name\":\"row ")
          .append(i)
          .append("\",\"score\":0.8731,\"ok\":true,\"tags\":[\"a\",\"b\"]}");
    }
    return rows.append("]}}}").toString().getBytes(UTF_8);
  }
}
