package dev.sallyport.executor.upstream;

import com.google.protobuf.ByteString;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.ListedTool;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.ToolListScanner;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ParamHeaders;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads all pages of an upstream's {@code tools/list}. Each definition stays the bytes that the
 * upstream sent. A tool that cannot be offered is in the result with the reason; it never costs the
 * others.
 */
final class CatalogueReader {

  /** All tools, in the upstream's order, or why there are none. */
  sealed interface Result {
    /**
     * @param mirrored what is mirrored into headers, by tool; only those that have something
     */
    record Tools(List<ToolDefinition> tools, Map<String, ParamHeaders> mirrored)
        implements Result {}

    /**
     * @param reason one sentence for an operator
     */
    record Failed(String reason) implements Result {}
  }

  private final UpstreamLimits limits;

  CatalogueReader(UpstreamLimits limits) {
    this.limits = limits;
  }

  Result read(Connection connection, Greeting greeting) {
    if (!greeting.mayHaveTools()) {
      return new Result.Tools(List.of(), Map.of());
    }
    try {
      return pages(connection);
    } catch (RequestFailed e) {
      return new Result.Failed("The server's tools cannot be listed: " + e.failure().message());
    }
  }

  private Result pages(Connection connection) throws RequestFailed {
    List<ToolDefinition> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, ParamHeaders> mirrored = new HashMap<>();
    boolean mirrors = connection.transport().mirrorsArguments();
    Set<String> cursors = new HashSet<>();
    long bytes = 0;
    String members = "";
    while (true) {
      Frame.Response response =
          connection.ask(Methods.TOOLS_LIST, connection.dialect().params(members), limits.start());
      byte[] data = response.data();
      Span result = response.result();
      if (result == null) {
        return new Result.Failed(
            "The server answered tools/list with error " + response.errorCode() + ".");
      }
      ToolListScanner.Page page = ToolListScanner.scan(data, result);
      if (page == null) {
        return new Result.Failed("The server's answer to tools/list has no list of tools.");
      }
      for (ListedTool tool : page.tools()) {
        bytes += tool.definition().length();
        if (tools.size() >= limits.catalogueTools() || bytes > limits.catalogueBytes()) {
          return new Result.Failed("The server lists more tools than the gateway takes.");
        }
        ToolDefinition definition = definition(data, tool, names);
        tools.add(mirrors ? mirrored(data, tool, definition, mirrored) : definition);
      }
      Span next = page.nextCursor();
      if (next == null) {
        return new Result.Tools(List.copyOf(tools), Map.copyOf(mirrored));
      }
      String cursor = new String(data, next.start(), next.length(), StandardCharsets.UTF_8);
      if (!cursors.add(cursor) || cursors.size() >= limits.cataloguePages()) {
        return new Result.Failed("The server's list of tools does not end.");
      }
      members = "\"cursor\":" + cursor;
    }
  }

  /** A definition whose annotations break the rules is left out of lists, as they demand. */
  private static ToolDefinition mirrored(
      byte[] data, ListedTool tool, ToolDefinition definition, Map<String, ParamHeaders> mirrored) {
    if (!definition.getQuarantineReason().isEmpty()) {
      return definition;
    }
    return switch (ParamHeaders.of(data, tool.definition())) {
      case ParamHeaders.Usable(ParamHeaders headers) -> {
        if (!headers.isEmpty()) {
          mirrored.put(definition.getName(), headers);
        }
        yield definition;
      }
      case ParamHeaders.Invalid(String reason) ->
          definition.toBuilder().setQuarantineReason(reason).build();
    };
  }

  private static ToolDefinition definition(byte[] data, ListedTool tool, Set<String> names) {
    Span span = tool.definition();
    ToolDefinition.Builder built =
        ToolDefinition.newBuilder()
            .setDefinition(ByteString.copyFrom(data, span.start(), span.length()));
    switch (tool) {
      case ListedTool.Valid valid -> {
        built
            .setName(valid.name())
            .setReadOnlyHint(valid.readOnly())
            .setIdempotentHint(valid.idempotent());
        if (!names.add(valid.name())) {
          built.setQuarantineReason("Another tool has the same name.");
        }
      }
      case ListedTool.Invalid invalid -> {
        built.setName(invalid.name() == null ? "" : invalid.name());
        built.setQuarantineReason(invalid.reason());
      }
    }
    switch (CanonicalJson.digest(data, span)) {
      case CanonicalJson.Result.Digest(byte[] sha256) ->
          built.setPin(HexFormat.of().formatHex(sha256));
      case CanonicalJson.Result.Refused(String reason) -> {
        if (built.getQuarantineReason().isEmpty()) {
          built.setQuarantineReason("The definition is ambiguous: " + reason);
        }
      }
    }
    return built.build();
  }
}
