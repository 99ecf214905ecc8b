package dev.sallyport.demo;

import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.ProtocolVersion;

/** What the server says of itself, in either era. */
final class Identity {

  private static final String INSTRUCTIONS =
      "A server to try a gateway with: echo, add, now, countdown (with progress), fail and announce.";

  private Identity() {}

  static byte[] initialize(ProtocolVersion version) {
    JsonWriter result = new JsonWriter().beginObject().member("protocolVersion", version.text());
    capabilities(result);
    serverInfo(result.name("serverInfo"));
    return result.member("instructions", INSTRUCTIONS).endObject().toBytes();
  }

  static byte[] discover() {
    JsonWriter result = new JsonWriter().beginObject().member("resultType", "complete");
    versions(result.name("supportedVersions"));
    capabilities(result);
    meta(result);
    return result
        .member("instructions", INSTRUCTIONS)
        .member("ttlMs", 3_600_000)
        .member("cacheScope", "public")
        .endObject()
        .toBytes();
  }

  /** {@code data} of an unsupported version's error. */
  static byte[] supported(String requested) {
    JsonWriter data = new JsonWriter().beginObject();
    versions(data.name("supported"));
    return data.member("requested", requested).endObject().toBytes();
  }

  /** The {@code _meta} of every modern result. */
  static void meta(JsonWriter result) {
    result.name("_meta").beginObject();
    serverInfo(result.name(MetaKeys.SERVER_INFO));
    result.endObject();
  }

  private static void versions(JsonWriter writer) {
    writer.beginArray();
    ProtocolVersion.supported(Era.MODERN).forEach(writer::value);
    writer.endArray();
  }

  private static void capabilities(JsonWriter writer) {
    writer
        .name("capabilities")
        .beginObject()
        .name("tools")
        .beginObject()
        .member("listChanged", true)
        .endObject()
        .endObject();
  }

  private static void serverInfo(JsonWriter writer) {
    writer
        .beginObject()
        .member("name", "sallyport-demo")
        .member("title", "Sallyport demo server")
        .member("version", "0.1.0")
        .endObject();
  }
}
