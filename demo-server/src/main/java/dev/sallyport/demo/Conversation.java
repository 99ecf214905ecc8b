package dev.sallyport.demo;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One client's messages. A request with a protocol version in {@code _meta} is of the modern era
 * and stands for itself; {@code initialize} opens the legacy era for the process (2026-07-28
 * basic/versioning, "Backward Compatibility"). Both may be mixed.
 */
final class Conversation {

  private static final Limits LIMITS = new Limits(Lines.LONGEST, 128);

  private final Outlet outlet;
  private final Toolbox toolbox;
  private final Map<String, RunningCall> running = new ConcurrentHashMap<>();
  private final Map<String, byte[]> listeners = new ConcurrentHashMap<>();
  private volatile boolean initialized;

  Conversation(Outlet outlet) {
    this.outlet = outlet;
    this.toolbox = new Toolbox(this::announceChangedTools);
  }

  void receiveTooLong() {
    outlet.send(
        FrameBytes.error(
            null,
            JsonRpcError.INVALID_REQUEST,
            "The message is longer than " + Lines.LONGEST + " bytes."));
  }

  /** Handles one line. Whatever it holds, this returns normally. */
  void receive(byte[] line) {
    if (isBlank(line)) {
      return;
    }
    switch (FrameScanner.scan(line, 0, line.length, LIMITS)) {
      case ScanResult.Malformed malformed ->
          outlet.send(
              FrameBytes.error(
                  malformed.id() == null ? null : malformed.id().bytes(line),
                  malformed.code(),
                  malformed.message()));
      case ScanResult.Scanned scanned -> {
        switch (scanned.frame()) {
          case Frame.Request request -> answer(request);
          case Frame.Notification notification -> note(notification);
          case Frame.Response response -> {
            // This server asks nothing, so there is nothing to be answered.
          }
        }
      }
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private void answer(Frame.Request request) {
    byte[] id = request.id().bytes(request.data());
    try {
      byte[] answer = dispatch(request, id);
      if (answer != null) {
        outlet.send(answer);
      }
    } catch (RuntimeException e) {
      outlet.send(FrameBytes.error(id, JsonRpcError.INTERNAL_ERROR, "The demo server failed."));
    }
  }

  /** The answer, or null if it comes later or not at all. */
  private byte @Nullable [] dispatch(Frame.Request request, byte[] id) {
    if (request.method().equals(Methods.INITIALIZE)) {
      return initialize(request, id);
    }
    boolean modern = request.params().meta().protocolVersionSpan() != null;
    if (modern) {
      byte[] refusal = refuseModern(request, id);
      if (refusal != null) {
        return refusal;
      }
    } else if (request.method().equals(Methods.PING)) {
      return FrameBytes.result(id, new byte[] {'{', '}'});
    } else if (!initialized || request.method().equals(Methods.DISCOVER)) {
      return FrameBytes.error(
          id,
          JsonRpcError.INVALID_PARAMS,
          "Send initialize first, or the protocol version in params._meta.");
    }
    return switch (request.method()) {
      case Methods.TOOLS_LIST -> FrameBytes.result(id, toolbox.list(modern));
      case Methods.TOOLS_CALL -> call(request, id, modern);
      case Methods.DISCOVER -> FrameBytes.result(id, Identity.discover());
      case Methods.SUBSCRIPTIONS_LISTEN -> modern ? listen(request, id) : unknown(id);
      default -> unknown(id);
    };
  }

  private static byte[] unknown(byte[] id) {
    return FrameBytes.error(id, JsonRpcError.METHOD_NOT_FOUND, "Method not found");
  }

  private byte[] initialize(Frame.Request request, byte[] id) {
    JsonObject params = request.params().object();
    String requested = params == null ? null : params.string("protocolVersion");
    if (requested == null) {
      return FrameBytes.error(
          id, JsonRpcError.INVALID_PARAMS, "Add params.protocolVersion to initialize.");
    }
    initialized = true;
    return FrameBytes.result(id, Identity.initialize(ProtocolVersion.forInitialize(requested)));
  }

  private static byte @Nullable [] refuseModern(Frame.Request request, byte[] id) {
    String version = request.params().meta().protocolVersion();
    if (version == null) {
      return FrameBytes.error(
          id, JsonRpcError.INVALID_PARAMS, "The protocol version in _meta must be a string.");
    }
    boolean known =
        ProtocolVersion.of(version).filter(found -> found.era() == Era.MODERN).isPresent();
    if (!known) {
      return FrameBytes.error(
          id,
          JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION,
          "Unsupported protocol version",
          Identity.supported(version));
    }
    Span capabilities = request.params().meta().clientCapabilities();
    if (capabilities == null || request.data()[capabilities.start()] != '{') {
      return FrameBytes.error(
          id,
          JsonRpcError.INVALID_PARAMS,
          "Add io.modelcontextprotocol/clientCapabilities, an object, to params._meta.");
    }
    return null;
  }

  private byte @Nullable [] call(Frame.Request request, byte[] id, boolean modern) {
    String name = request.params().name();
    if (name == null) {
      return FrameBytes.error(id, JsonRpcError.INVALID_PARAMS, "Add params.name, a string.");
    }
    Tool tool = toolbox.find(name);
    if (tool == null) {
      return FrameBytes.error(id, JsonRpcError.INVALID_PARAMS, "Unknown tool: " + name);
    }
    Span arguments = request.params().arguments();
    if (arguments != null && request.data()[arguments.start()] != '{') {
      return FrameBytes.error(
          id, JsonRpcError.INVALID_PARAMS, "params.arguments must be an object.");
    }
    Span token = request.params().meta().progressToken();
    RunningCall call =
        new RunningCall(id, token == null ? null : token.bytes(request.data()), modern, outlet);
    Arguments given = new Arguments(JsonObject.at(request.data(), arguments));
    if (!tool.takesTime()) {
      call.finish(tool.run(given, call));
      return null;
    }
    String key = key(request.data(), request.id());
    if (running.putIfAbsent(key, call) != null) {
      return FrameBytes.error(
          id, JsonRpcError.INVALID_REQUEST, "A request with this id is running.");
    }
    call.start(() -> tool.run(given, call), () -> running.remove(key, call));
    return null;
  }

  private byte @Nullable [] listen(Frame.Request request, byte[] id) {
    JsonObject params = request.params().object();
    JsonObject filter = params == null ? null : params.object("notifications");
    if (filter == null) {
      return FrameBytes.error(
          id, JsonRpcError.INVALID_PARAMS, "Add params.notifications, an object.");
    }
    boolean tools = filter.isTrue("toolsListChanged");
    JsonWriter honoured = subscription(id).name("notifications").beginObject();
    if (tools) {
      honoured.member("toolsListChanged", true);
    }
    outlet.send(
        FrameBytes.notification(
            Methods.SUBSCRIPTIONS_ACKNOWLEDGED, honoured.endObject().endObject().toBytes()));
    if (tools) {
      listeners.put(key(request.data(), request.id()), id);
    }
    return null;
  }

  private static JsonWriter subscription(byte[] id) {
    return new JsonWriter()
        .beginObject()
        .name("_meta")
        .beginObject()
        .member(MetaKeys.SUBSCRIPTION_ID, id)
        .endObject();
  }

  private void announceChangedTools() {
    if (initialized) {
      outlet.send(FrameBytes.notification(Methods.TOOLS_LIST_CHANGED, null));
    }
    for (byte[] id : listeners.values()) {
      outlet.send(
          FrameBytes.notification(
              Methods.TOOLS_LIST_CHANGED, subscription(id).endObject().toBytes()));
    }
  }

  private void note(Frame.Notification notification) {
    Span requestId = notification.params().requestId();
    if (!notification.method().equals(Methods.CANCELLED) || requestId == null) {
      return;
    }
    String key = key(notification.data(), requestId);
    listeners.remove(key);
    RunningCall call = running.get(key);
    if (call != null) {
      call.cancel();
    }
  }

  /** An id for comparing: text decoded, and "1" not the same as 1. */
  private static String key(byte[] data, Span id) {
    String text = JsonText.string(data, id);
    return text == null ? id.text(data) : '"' + text;
  }
}
