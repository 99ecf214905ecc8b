package dev.sallyport.edge.dialect;

import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolCosts;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.catalog.ToolsAsking;
import dev.sallyport.edge.catalog.ToolsOffered;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.name.ExposedNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one quirk changes, as bytes: {@code dialects/NAME.json} in the test resources has the
 * request of a client that is known for it, and {@code tools/list} as the server has it ({@code
 * before}) and as the client gets it at the server's endpoint ({@code after}).
 */
record DialectFixture(JsonObject json) {

  static DialectFixture of(String name) {
    try {
      return new DialectFixture(
          JsonObject.of(
              Files.readAllBytes(Path.of("src", "test", "resources", "dialects", name + ".json"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String request() {
    return Objects.requireNonNull(json.get("request")).text(json.data());
  }

  /** {@code clientInfo} of the request. */
  String clientInfo() {
    JsonObject params =
        Objects.requireNonNull(Objects.requireNonNull(json.object("request")).object("params"));
    JsonObject meta = Objects.requireNonNull(params.object("_meta"));
    return Objects.requireNonNull(meta.get("io.modelcontextprotocol/clientInfo")).text(json.data());
  }

  List<String> before() {
    return elements(json, "before");
  }

  List<String> after() {
    return elements(json, "after");
  }

  long number(String member, String name) {
    return Objects.requireNonNull(json.object(member)).integer(name).orElseThrow();
  }

  /** A server that lists what is before. */
  ServerEntry server(String name) {
    ServerEntry plain = Fixture.server(name);
    return new ServerEntry(
        plain.name(),
        plain.revision(),
        plain.catalogueVersion(),
        plain.status(),
        plain.stale(),
        plain.instructions(),
        plain.capabilities(),
        plain.callTimeout(),
        before().stream().map(definition -> tool(name, definition)).toList(),
        plain.offers(),
        ToolsOffered.ALL,
        ToolCosts.NOTHING,
        ToolsAsking.NONE,
        false);
  }

  static ToolEntry tool(String server, String definition) {
    byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
    JsonObject tool = JsonObject.of(bytes);
    String name = Objects.requireNonNull(tool.string("name"));
    String exposed = ExposedNames.of(server, name, null);
    return new ToolEntry(
        server,
        name,
        exposed,
        bytes,
        new FrameEdit(bytes, 0, bytes.length)
            .replace(Objects.requireNonNull(tool.get("name")), JsonText.quote(exposed))
            .apply(),
        false);
  }

  /** The elements of a member of an object, byte for byte. */
  static List<String> elements(JsonObject object, String member) {
    Span array = Objects.requireNonNull(object.get(member));
    List<String> elements = new ArrayList<>();
    JsonReader reader = new JsonReader(object.data(), array.start(), array.end(), 512);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      elements.add(new Span(start, reader.position()).text(object.data()));
    }
    return elements;
  }
}
