package dev.sallyport.edge.mcp;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.call.RequestStates;
import dev.sallyport.edge.call.Resumption;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.Clients;
import dev.sallyport.edge.dialect.UnwrappedArguments;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Meta;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Revision 2026-07-28: every request by itself, nothing remembered between them. The rules are
 * those of basic/index ({@code _meta}), basic/versioning and streamable-http (headers, statuses).
 */
@Singleton
public class ModernEndpoint {

  private static final List<String> SUPPORTED = ProtocolVersion.supported(Era.MODERN);
  private static final int MOST_TOOLS = 20_000;

  private static final String NOT_OUR_STATE =
      "Invalid params: the requestState is not valid for this request, or too old; make the request"
          + " again without it.";

  private final ToolCallPipeline pipeline;
  private final RequestStates states;
  private final Lists lists;
  private final Listeners listeners;
  private final McpSettings settings;
  private final Offering offering;
  private final Clients clients;
  private final UnwrappedArguments unwrapped;
  private final RecentlyUsed<ToolEntry, ParamHeaders> paramHeaders =
      new RecentlyUsed<>(MOST_TOOLS, headers -> 1);

  ModernEndpoint(
      ToolCallPipeline pipeline,
      RequestStates states,
      Lists lists,
      Listeners listeners,
      McpSettings settings,
      Offering offering,
      Clients clients,
      UnwrappedArguments unwrapped) {
    this.pipeline = pipeline;
    this.states = states;
    this.lists = lists;
    this.listeners = listeners;
    this.settings = settings;
    this.offering = offering;
    this.clients = clients;
    this.unwrapped = unwrapped;
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
    ListKind kind = Lists.kind(message.method());
    if (kind != null) {
      list(kind, request, message);
      return;
    }
    switch (message.method()) {
      case Methods.TOOLS_CALL,
          Methods.PROMPTS_GET,
          Methods.RESOURCES_READ,
          Methods.COMPLETE,
          Methods.TASKS_GET,
          Methods.TASKS_UPDATE,
          Methods.TASKS_CANCEL ->
          call(request, message);
      case Methods.DISCOVER -> discover(request, message);
      case Methods.SUBSCRIPTIONS_LISTEN -> listeners.open(request, message);
      default -> {
        if (request.server() != null && !isRemoved(message.method())) {
          // What this gateway does not know, the one server of this endpoint may.
          call(request, message);
        } else {
          refuse(
              request,
              message,
              Failure.of(ErrorCode.UNKNOWN_METHOD, "Method not found: " + message.method()));
        }
      }
    }
  }

  /** Methods of the legacy era that 2026-07-28 has no more (changelog). */
  private static boolean isRemoved(String method) {
    return switch (method) {
      case Methods.INITIALIZE,
          Methods.PING,
          Methods.SET_LEVEL,
          Methods.RESOURCES_SUBSCRIBE,
          Methods.RESOURCES_UNSUBSCRIBE ->
          true;
      default -> false;
    };
  }

  private @Nullable Failure check(McpRequest request, Frame.Request message) {
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
    if (HeaderRules.check(message, headers(request, message))
        instanceof HeaderRules.Result.Mismatch(String why)) {
      return Failure.of(ErrorCode.HEADER_MISMATCH, why);
    }
    if (JsonObject.at(message.data(), meta.clientCapabilities()) == null) {
      return missing(MetaKeys.CLIENT_CAPABILITIES);
    }
    return null;
  }

  /** With the method where a client is known for leaving it out of its first request. */
  private McpHeaders headers(McpRequest request, Frame.Request message) {
    McpHeaders headers = request.headers();
    boolean completed =
        message.method().equals(Methods.DISCOVER)
            && headers.all(McpHeaders.METHOD).isEmpty()
            && client(request, message).dialect().tolerateMissingMethodHeader();
    return completed
        ? name -> name.equals(McpHeaders.METHOD) ? List.of(message.method()) : headers.all(name)
        : headers;
  }

  private Client client(McpRequest request, Frame.Request message) {
    return clients.of(message.data(), message.params().meta().clientInfo(), request.headers());
  }

  private static Failure missing(String key) {
    return Failure.of(ErrorCode.INVALID_PARAMS, "Invalid params: _meta must have \"" + key + "\".");
  }

  private void refuse(McpRequest request, Frame.Request message, Failure failure) {
    if (message.method().equals(Methods.TOOLS_CALL)) {
      pipeline.refused(
          toolCall(request, message, client(request, message), null), failure, "protocol");
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

  private void call(McpRequest request, Frame.Request sent) {
    String missing = Subjects.missing(sent);
    if (missing != null) {
      refuse(request, sent, Failure.of(ErrorCode.INVALID_PARAMS, missing));
      return;
    }
    Client client = client(request, sent);
    Frame.Request message =
        unwrapped.of(sent, request.profile().tenant(), request.server(), client.dialect());
    RequestStates.Leg leg = states.leg(request.profile(), request.server(), message);
    if (leg == null) {
      refuse(request, message, Failure.of(ErrorCode.INVALID_PARAMS, NOT_OUR_STATE));
      return;
    }
    Reply reply = request.reply();
    RunningCall running =
        pipeline.start(
            toolCall(request, leg.request(), client, leg.resumption()),
            new CallReply(reply, leg.request(), Era.MODERN, settings, null));
    if (running != null) {
      // In this era going away is how a client cancels (2026-07-28 patterns/cancellation).
      reply.onGone(() -> running.cancel("the client closed the stream"));
    }
  }

  private ToolCall toolCall(
      McpRequest request, Frame.Request message, Client client, @Nullable Resumption resumption) {
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
        client,
        null,
        Objects.requireNonNullElse(meta.logLevel(), ""),
        resumption,
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

  private void list(ListKind kind, McpRequest request, Frame.Request message) {
    Failure wrong =
        lists.answer(kind, Era.MODERN, request, message, client(request, message).dialect());
    if (wrong != null) {
      refuse(request, message, wrong);
    }
  }

  private void discover(McpRequest request, Frame.Request message) {
    JsonWriter json = new JsonWriter().beginObject().member("resultType", "complete");
    supported(json.name("supportedVersions"));
    json.name("capabilities").raw(offering.capabilities(request, Era.MODERN));
    String text = offering.instructions(request);
    if (text != null) {
      json.member("instructions", text);
    }
    json.member("ttlMs", 0).member("cacheScope", "private").name("_meta").raw(Identity.META);
    request.reply().answer(200, ResponseFrame.result(message, json.endObject().toBytes()));
  }
}
