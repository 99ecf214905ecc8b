package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.Clients;
import dev.sallyport.edge.dialect.UnwrappedArguments;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.edge.mcp.Identity;
import dev.sallyport.edge.mcp.Lists;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.Offering;
import dev.sallyport.edge.mcp.ResponseFrame;
import dev.sallyport.edge.mcp.Subjects;
import dev.sallyport.edge.mcp.Traceparent;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rules are those of 2025-11-25 basic/lifecycle and basic/transports. */
@Singleton
public class LegacyEndpoint {

  private static final Logger LOG = Logger.getLogger(LegacyEndpoint.class);
  private static final byte[] EMPTY = {'{', '}'};

  private final ToolCallPipeline pipeline;
  private final Lists lists;
  private final Sessions sessions;
  private final SessionCalls calls;
  private final SessionStreams streams;
  private final SessionRequests requests;
  private final Offering offering;
  private final Clients clients;
  private final UnwrappedArguments unwrapped;

  LegacyEndpoint(
      ToolCallPipeline pipeline,
      Lists lists,
      Sessions sessions,
      SessionCalls calls,
      SessionStreams streams,
      SessionRequests requests,
      Offering offering,
      Clients clients,
      UnwrappedArguments unwrapped) {
    this.pipeline = pipeline;
    this.lists = lists;
    this.sessions = sessions;
    this.calls = calls;
    this.streams = streams;
    this.requests = requests;
    this.offering = offering;
    this.clients = clients;
    this.unwrapped = unwrapped;
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
              requests.notified(request, session, message);
              request.reply().empty(202);
            }
            case Frame.Response message ->
                calls
                    .answer(session, message)
                    .onComplete(
                        done ->
                            request
                                .reply()
                                .run(() -> request.reply().empty(done.succeeded() ? 202 : 503)));
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
                                    requests.ended(session);
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
    ListKind kind = Lists.kind(message.method());
    if (kind != null) {
      list(kind, request, session, message);
      return;
    }
    switch (message.method()) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ, Methods.COMPLETE ->
          call(request, session, message);
      case Methods.SET_LEVEL -> requests.setLevel(request, session, message);
      case Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE ->
          requests.subscription(request, session, message);
      case Methods.PING -> request.reply().answer(200, ResponseFrame.result(message, EMPTY));
      default -> {
        if (request.server() != null) {
          // What this gateway does not know, the one server of this endpoint may.
          call(request, session, message);
        } else {
          refuse(
              request,
              message.id().bytes(message.data()),
              Failure.of(ErrorCode.UNKNOWN_METHOD, "Method not found: " + message.method()));
        }
      }
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
            clients.of(params.data(), params.get("clientInfo"), request.headers()));
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("protocolVersion", version.text())
            .name("capabilities")
            .raw(offering.capabilities(request, Era.LEGACY))
            .name("serverInfo")
            .raw(Identity.SERVER_INFO);
    String text = offering.instructions(request);
    if (text != null) {
      json.member("instructions", text);
    }
    request
        .reply()
        .header(McpHeaders.SESSION_ID, session)
        .answer(200, ResponseFrame.result(message, json.endObject().toBytes()));
  }

  /** As it named itself at initialize; one that did not may do so by its User-Agent. */
  private Client client(McpRequest request, Session session) {
    return clients.orByUserAgent(session.client(), request.headers());
  }

  private void call(McpRequest request, Session session, Frame.Request sent) {
    Client client = client(request, session);
    Frame.Request message =
        unwrapped.of(sent, request.profile().tenant(), request.server(), client.dialect());
    ToolCall call =
        new ToolCall(
            request.profile(),
            request.door(),
            request.server(),
            session.version(),
            message,
            session.capabilities(),
            client,
            session.id().toString(),
            session.memory().logLevel(),
            null,
            null,
            Map.of(),
            Traceparent.of(message.params().meta().traceparent(), request),
            ToolCall.Check.NONE);
    String missing = Subjects.missing(message);
    if (missing != null) {
      Failure failure = Failure.of(ErrorCode.INVALID_PARAMS, missing);
      pipeline.refused(call, failure, "protocol");
      refuse(request, message.id().bytes(message.data()), failure);
      return;
    }
    // Going away does not cancel in this era: the call goes on and is recorded.
    calls.start(pipeline, session, call, request.reply());
  }

  private void list(ListKind kind, McpRequest request, Session session, Frame.Request message) {
    Failure wrong =
        lists.answer(kind, Era.LEGACY, request, message, client(request, session).dialect());
    if (wrong != null) {
      refuse(request, message.id().bytes(message.data()), wrong);
    }
  }
}
