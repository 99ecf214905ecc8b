package dev.sallyport.edge.mcp;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.list.ListCursors;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Meta;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.HeaderRules;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Revision 2026-07-28: every request by itself, nothing remembered between them. The rules are
 * those of basic/index ({@code _meta}), basic/versioning and streamable-http (headers, statuses).
 */
@Singleton
public class ModernEndpoint {

  private static final List<String> SUPPORTED = ProtocolVersion.supported(Era.MODERN);
  private static final byte[] TOOLS = ResponseFrame.utf8("{\"resultType\":\"complete\",\"tools\":");
  private static final byte[] LIST_END =
      ResponseFrame.utf8(",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":");
  private static final byte[] CLOSE = {'}'};
  private static final int MOST_TOOLS = 20_000;

  private final ToolCallPipeline pipeline;
  private final ListCursors cursors;
  private final Listeners listeners;
  private final McpSettings settings;
  private final Instructions instructions;
  private final RecentlyUsed<ToolEntry, ParamHeaders> paramHeaders =
      new RecentlyUsed<>(MOST_TOOLS, headers -> 1);

  ModernEndpoint(
      ToolCallPipeline pipeline,
      ListCursors cursors,
      Listeners listeners,
      McpSettings settings,
      Instructions instructions) {
    this.pipeline = pipeline;
    this.cursors = cursors;
    this.listeners = listeners;
    this.settings = settings;
    this.instructions = instructions;
  }

  /** Answers one message. */
  public void handle(McpRequest request, Frame frame) {
    switch (frame) {
      case Frame.Request message -> handle(request, message);
      // No notification is defined over HTTP; there is nothing to do for one.
      case Frame.Notification notification -> request.reply().empty(202);
      case Frame.Response response ->
          ErrorAnswer.send(
              request.reply(),
              Era.MODERN,
              (byte[]) null,
              Failure.of(
                  ErrorCode.MALFORMED_FRAME,
                  "This revision has no responses from clients; send a request."));
    }
  }

  private void handle(McpRequest request, Frame.Request message) {
    Failure wrong = check(request, message);
    if (wrong != null) {
      refuse(request, message, wrong);
      return;
    }
    switch (message.method()) {
      case Methods.TOOLS_CALL -> call(request, message);
      case Methods.TOOLS_LIST -> list(request, message);
      case Methods.DISCOVER -> discover(request, message);
      case Methods.SUBSCRIPTIONS_LISTEN -> listeners.open(request, message);
      default ->
          refuse(
              request,
              message,
              Failure.of(ErrorCode.UNKNOWN_METHOD, "Method not found: " + message.method()));
    }
  }

  private static @Nullable Failure check(McpRequest request, Frame.Request message) {
    Meta meta = message.params().meta();
    String version = meta.protocolVersion();
    if (version == null) {
      return missing(MetaKeys.PROTOCOL_VERSION);
    }
    String header = request.header(McpHeaders.PROTOCOL_VERSION);
    boolean supported = SUPPORTED.contains(version);
    if (!supported && version.equals(header)) {
      return Failure.of(ErrorCode.UNSUPPORTED_VERSION, "Unsupported protocol version");
    }
    if (HeaderRules.check(message, request.headers())
        instanceof HeaderRules.Result.Mismatch(String why)) {
      return Failure.of(ErrorCode.HEADER_MISMATCH, why);
    }
    if (JsonObject.at(message.data(), meta.clientCapabilities()) == null) {
      return missing(MetaKeys.CLIENT_CAPABILITIES);
    }
    return null;
  }

  private static Failure missing(String key) {
    return Failure.of(ErrorCode.INVALID_PARAMS, "Invalid params: _meta must have \"" + key + "\".");
  }

  private void refuse(McpRequest request, Frame.Request message, Failure failure) {
    if (message.method().equals(Methods.TOOLS_CALL)) {
      pipeline.refused(toolCall(request, message), failure, "protocol");
    }
    byte[] id = message.id().bytes(message.data());
    if (failure.code() == ErrorCode.UNSUPPORTED_VERSION) {
      String requested = message.params().meta().protocolVersion();
      request
          .reply()
          .answer(
              400,
              ResponseFrame.error(
                  id,
                  JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION,
                  failure.message(),
                  unsupported(requested == null ? "" : requested)));
      return;
    }
    ErrorAnswer.send(request.reply(), Era.MODERN, id, failure);
  }

  private static byte[] unsupported(String requested) {
    return supported(new JsonWriter().beginObject().name("supported"))
        .member("requested", requested)
        .endObject()
        .toBytes();
  }

  private static JsonWriter supported(JsonWriter json) {
    json.beginArray();
    SUPPORTED.forEach(json::value);
    return json.endArray();
  }

  private void call(McpRequest request, Frame.Request message) {
    if (message.params().name() == null) {
      refuse(
          request,
          message,
          Failure.of(ErrorCode.INVALID_PARAMS, "Invalid params: \"name\" must be a string."));
      return;
    }
    Reply reply = request.reply();
    RunningCall running =
        pipeline.start(
            toolCall(request, message), new CallReply(reply, message, Era.MODERN, settings, null));
    if (running != null) {
      // In this era going away is how a client cancels (2026-07-28 patterns/cancellation).
      reply.onGone(() -> running.cancel("the client closed the stream"));
    }
  }

  private ToolCall toolCall(McpRequest request, Frame.Request message) {
    Meta meta = message.params().meta();
    Span capabilities = meta.clientCapabilities();
    String version = meta.protocolVersion();
    return new ToolCall(
        request.profile(),
        request.door(),
        request.server(),
        ProtocolVersion.of(version == null ? "" : version).orElse(ProtocolVersion.LATEST),
        message,
        capabilities == null ? new byte[0] : capabilities.bytes(message.data()),
        ClientInfo.text(JsonObject.at(message.data(), meta.clientInfo())),
        null,
        request.paramHeaders(),
        Traceparent.of(meta.traceparent(), request),
        tool -> checkParams(tool, message, request));
  }

  private @Nullable Failure checkParams(ToolEntry tool, Frame.Request message, McpRequest request) {
    ParamHeaders headers = paramHeaders.get(tool);
    if (headers == null) {
      headers = ParamHeaders.of(tool);
      paramHeaders.put(tool, headers);
    }
    String why = headers.mismatch(message, request.headers());
    return why == null ? null : Failure.of(ErrorCode.HEADER_MISMATCH, why);
  }

  private void list(McpRequest request, Frame.Request message) {
    Span cursor = message.params().cursor();
    Optional<ListCursors.Page> page = Optional.empty();
    if (cursor == null) {
      page = Optional.of(cursors.first(request.profile(), request.server()));
    } else {
      String text = JsonText.string(message.data(), cursor);
      if (text != null) {
        page = cursors.resume(request.profile(), request.server(), text);
      }
    }
    if (page.isEmpty()) {
      refuse(request, message, ListAnswer.badCursor());
      return;
    }
    request
        .reply()
        .answer(
            200,
            ResponseFrame.result(
                message,
                TOOLS,
                page.get().list().page(page.get().number()),
                ListAnswer.nextCursor(cursors, request, page.get()),
                LIST_END,
                Identity.META,
                CLOSE));
  }

  private void discover(McpRequest request, Frame.Request message) {
    JsonWriter json = new JsonWriter().beginObject().member("resultType", "complete");
    supported(json.name("supportedVersions"));
    json.name("capabilities")
        .beginObject()
        .name("tools")
        .beginObject()
        .member("listChanged", true)
        .endObject()
        .endObject();
    String text = instructions.of(request);
    if (text != null) {
      json.member("instructions", text);
    }
    json.member("ttlMs", 0).member("cacheScope", "private").name("_meta").raw(Identity.META);
    request.reply().answer(200, ResponseFrame.result(message, json.endObject().toBytes()));
  }
}
