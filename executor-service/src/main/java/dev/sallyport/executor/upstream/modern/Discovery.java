package dev.sallyport.executor.upstream.modern;

import dev.sallyport.executor.upstream.Greeting;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer to {@code server/discover} says about an upstream (2026-07-28 basic/versioning and
 * the "Backward Compatibility" sections of both transports).
 */
public sealed interface Discovery {

  /** A modern server that speaks a revision of ours. */
  record Modern(Greeting greeting) implements Discovery {}

  /** A modern server that names a revision to use; ask it once more, in that one. */
  record AskAgain(ProtocolVersion version) implements Discovery {}

  /** A server that names only legacy revisions of ours. */
  record NamesLegacy(ProtocolVersion version) implements Discovery {}

  /**
   * A modern server without a revision in common with us.
   *
   * @param reason one sentence for an operator
   */
  record Incompatible(String reason) implements Discovery {}

  /** Anything else: not a modern server. */
  record NotModern() implements Discovery {}

  /** Reads the answer to a request in {@code asked}. */
  static Discovery of(Frame.Response response, ProtocolVersion asked) {
    byte[] data = response.data();
    JsonObject result = JsonObject.at(data, response.result());
    if (result != null) {
      Span versions = result.get("supportedVersions");
      if (versions == null || data[versions.start()] != '[') {
        return new NotModern();
      }
      return choose(strings(data, versions), asked, new Modern(greeting(result, asked)));
    }
    if (response.errorCode() == JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION) {
      JsonObject error = JsonObject.at(data, response.error());
      JsonObject detail = error == null ? null : error.object("data");
      Span supported = detail == null ? null : detail.get("supported");
      List<String> versions =
          supported == null || data[supported.start()] != '['
              ? List.of()
              : strings(data, supported);
      return choose(versions, asked, new AskAgain(asked));
    }
    if (JsonRpcError.isModern(response.errorCode())) {
      // Modern, but it says nothing about itself.
      return new Modern(new Greeting(asked, new byte[0], new byte[0], ""));
    }
    return new NotModern();
  }

  private static Discovery choose(
      List<String> versions, ProtocolVersion asked, Discovery whenAskedIsAmong) {
    if (versions.contains(asked.text())) {
      return whenAskedIsAmong;
    }
    Optional<ProtocolVersion> modern = newest(versions, Era.MODERN);
    if (modern.isPresent()) {
      return new AskAgain(modern.get());
    }
    Optional<ProtocolVersion> legacy = newest(versions, Era.LEGACY);
    return legacy.isPresent()
        ? new NamesLegacy(legacy.get())
        : new Incompatible(
            "The server speaks none of the protocol revisions "
                + String.join(", ", ProtocolVersion.supported())
                + ".");
  }

  private static Optional<ProtocolVersion> newest(List<String> versions, Era era) {
    return ProtocolVersion.supported(era).stream()
        .filter(versions::contains)
        .findFirst()
        .flatMap(ProtocolVersion::of);
  }

  private static Greeting greeting(JsonObject result, ProtocolVersion version) {
    JsonObject meta = result.object("_meta");
    JsonObject serverInfo = meta == null ? null : meta.object(MetaKeys.SERVER_INFO);
    String instructions = result.string("instructions");
    return new Greeting(
        version,
        bytes(serverInfo),
        bytes(result.object("capabilities")),
        instructions == null ? "" : instructions);
  }

  private static byte[] bytes(@Nullable JsonObject object) {
    return object == null ? new byte[0] : object.bytes();
  }

  private static List<String> strings(byte[] data, Span array) {
    List<String> texts = new ArrayList<>();
    JsonReader reader = new JsonReader(data, array.start(), array.end(), 512);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      String text = JsonText.string(data, new Span(start, reader.position()));
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
