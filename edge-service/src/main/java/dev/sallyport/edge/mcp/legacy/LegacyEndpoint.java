package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.list.ListCursors;
import dev.sallyport.edge.mcp.ClientInfo;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.edge.mcp.Identity;
import dev.sallyport.edge.mcp.Instructions;
import dev.sallyport.edge.mcp.ListAnswer;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.ResponseFrame;
import dev.sallyport.edge.mcp.Traceparent;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rules are those of 2025-11-25 basic/lifecycle and basic/transports. */
@Singleton
public class LegacyEndpoint {

  private static final Logger LOG = Logger.getLogger(LegacyEndpoint.class);
  private static final byte[] TOOLS = "{\"tools\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = {'}'};
  private static final byte[] EMPTY = {'{', '}'};

  private final ToolCallPipeline pipeline;
  private final ListCursors cursors;
  private final Sessions sessions;
  private final SessionCalls calls;
  private final SessionStreams streams;
  private final Instructions instructions;

  LegacyEndpoint(
      ToolCallPipeline pipeline,
      ListCursors cursors,
      Sessions sessions,
      SessionCalls calls,
      SessionStreams streams,
      Instructions instructions) {
    this.pipeline = pipeline;
    this.cursors = cursors;
    this.sessions = sessions;
    this.calls = calls;
    this.streams = streams;
    this.instructions = instructions;
  }

  /** Answers one message. */
  public void handle(McpRequest request, Frame frame) {
    if (frame instanceof Frame.Request message && message.method().equals(Methods.INITIALIZE)) {
      initialize(request, message);
      return;
    }
    byte[] id = frame instanceof Frame.Request message ? message.id().bytes(message.data()) : null;
    withSession(
        request,
        id,
        session -> {
          switch (frame) {
            case Frame.Request message -> handle(request, session, message);
            case Frame.Notification message -> {
              if (message.method().equals(Methods.CANCELLED)) {
                calls.cancel(session, message);
              }
              request.reply().empty(202);
            }
            case Frame.Response message -> {
              calls.answer(session, message);
              request.reply().empty(202);
            }
          }
        });
  }

  /** GET: the stream on which the session hears what no request asked for. */
  public void listen(McpRequest request) {
    withSession(request, null, session -> streams.open(request, session));
  }

  /** DELETE: the client ends its session. */
  public void end(McpRequest request) {
    withSession(
        request,
        null,
        session ->
            sessions
                .end(session)
                .onComplete(
                    done ->
                        request
                            .reply()
                            .run(
                                () -> {
                                  if (done.succeeded()) {
                                    request.reply().empty(204);
                                  } else {
                                    LOG.warnf(
                                        "an ended session could not be told to other edges: %s",
                                        done.cause());
                                    request.reply().header("Retry-After", "1").empty(503);
                                  }
                                })));
  }

  private void withSession(McpRequest request, byte @Nullable [] id, Consumer<Session> action) {
    String version = request.header(McpHeaders.PROTOCOL_VERSION);
    if (version != null
        && ProtocolVersion.of(version).filter(v -> v.era() == Era.LEGACY).isEmpty()) {
      refuse(
          request,
          id,
          Failure.of(
              ErrorCode.MALFORMED_FRAME,
              "Unsupported MCP-Protocol-Version; supported are "
                  + String.join(", ", ProtocolVersion.supported(Era.LEGACY))
                  + "."));
      return;
    }
    String sessionId = request.header(McpHeaders.SESSION_ID);
    if (sessionId == null) {
      refuse(
          request,
          id,
          Failure.of(
              ErrorCode.MALFORMED_FRAME,
              "The Mcp-Session-Id header is missing; send initialize first."));
      return;
    }
    Future<Optional<Session>> found = sessions.find(request.profile(), sessionId);
    if (found.isComplete()) {
      go(request, id, found.result(), action);
    } else {
      found.onSuccess(session -> request.reply().run(() -> go(request, id, session, action)));
    }
  }

  private static void go(
      McpRequest request,
      byte @Nullable [] id,
      Optional<Session> session,
      Consumer<Session> action) {
    session.ifPresentOrElse(
        action, () -> refuse(request, id, Failure.of(ErrorCode.UNKNOWN_SESSION)));
  }

  private static void refuse(McpRequest request, byte @Nullable [] id, Failure failure) {
    ErrorAnswer.send(request.reply(), Era.LEGACY, id, failure);
  }

  private void handle(McpRequest request, Session session, Frame.Request message) {
    switch (message.method()) {
      case Methods.TOOLS_CALL -> call(request, session, message);
      case Methods.TOOLS_LIST -> list(request, message);
      case Methods.PING -> request.reply().answer(200, ResponseFrame.result(message, EMPTY));
      default ->
          refuse(
              request,
              message.id().bytes(message.data()),
              Failure.of(ErrorCode.UNKNOWN_METHOD, "Method not found: " + message.method()));
    }
  }

  private void initialize(McpRequest request, Frame.Request message) {
    JsonObject params = message.params().object();
    String requested = params == null ? null : params.string("protocolVersion");
    if (params == null || requested == null) {
      refuse(
          request,
          message.id().bytes(message.data()),
          Failure.of(
              ErrorCode.INVALID_PARAMS, "Invalid params: \"protocolVersion\" must be a string."));
      return;
    }
    ProtocolVersion version = ProtocolVersion.forInitialize(requested);
    JsonObject capabilities = params.object("capabilities");
    String session =
        sessions.create(
            request.profile(),
            version,
            capabilities == null ? new byte[0] : capabilities.bytes(),
            ClientInfo.text(params.object("clientInfo")));
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("protocolVersion", version.text())
            .name("capabilities")
            .beginObject()
            .name("tools")
            .beginObject()
            .member("listChanged", true)
            .endObject()
            .endObject()
            .name("serverInfo")
            .raw(Identity.SERVER_INFO);
    String text = instructions.of(request);
    if (text != null) {
      json.member("instructions", text);
    }
    request
        .reply()
        .header(McpHeaders.SESSION_ID, session)
        .answer(200, ResponseFrame.result(message, json.endObject().toBytes()));
  }

  private void call(McpRequest request, Session session, Frame.Request message) {
    ToolCall call =
        new ToolCall(
            request.profile(),
            request.door(),
            request.server(),
            session.version(),
            message,
            session.capabilities(),
            session.clientInfo(),
            session.id().toString(),
            Map.of(),
            Traceparent.of(message.params().meta().traceparent(), request),
            ToolCall.Check.NONE);
    if (message.params().name() == null) {
      Failure failure =
          Failure.of(ErrorCode.INVALID_PARAMS, "Invalid params: \"name\" must be a string.");
      pipeline.refused(call, failure, "protocol");
      refuse(request, message.id().bytes(message.data()), failure);
      return;
    }
    // Going away does not cancel in this era: the call goes on and is recorded.
    calls.start(pipeline, session, call, request.reply());
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
      refuse(request, message.id().bytes(message.data()), ListAnswer.badCursor());
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
                CLOSE));
  }
}
