package dev.sallyport.edge.mcp.legacy;

import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.edge.call.ResourceTargets;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.ResponseFrame;
import dev.sallyport.edge.mcp.Subjects;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.SessionMemory.Subscription;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.executor.v1.SessionEnded;
import dev.sallyport.proto.executor.v1.SessionNotice;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/** What a client sets for its whole session, and what it lets the servers behind it know. */
@Singleton
class SessionRequests {

  private static final Logger LOG = Logger.getLogger(SessionRequests.class);
  private static final byte[] EMPTY = {'{', '}'};
  private static final int MOST_SUBSCRIPTIONS = 1_000;

  /** RFC 5424 severities, as 2025-11-25 server/utilities/logging names them. */
  private static final Set<String> LEVELS =
      Set.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private final Sessions sessions;
  private final SessionCalls calls;
  private final ResourceTargets resources;
  private final ExecutorPeer executor;

  SessionRequests(
      Sessions sessions, SessionCalls calls, ResourceTargets resources, ExecutorPeer executor) {
    this.sessions = sessions;
    this.calls = calls;
    this.resources = resources;
    this.executor = executor;
  }

  /** {@code logging/setLevel}: holds for the session on every edge. */
  void setLevel(McpRequest request, Session session, Frame.Request message) {
    JsonObject params = message.params().object();
    String level = params == null ? null : params.string("level");
    if (level == null || !LEVELS.contains(level)) {
      refuse(
          request,
          message,
          Failure.of(
              ErrorCode.INVALID_PARAMS,
              "Invalid params: \"level\" must be one of debug, info, notice, warning, error,"
                  + " critical, alert, emergency."));
      return;
    }
    answer(request, message, sessions.setLevel(session, level));
  }

  /** {@code resources/subscribe} and {@code resources/unsubscribe}. */
  void subscription(McpRequest request, Session session, Frame.Request message) {
    String missing = Subjects.missing(message);
    String uri = message.params().uri();
    if (missing != null || uri == null) {
      refuse(request, message, Failure.of(ErrorCode.INVALID_PARAMS, Objects.toString(missing, "")));
      return;
    }
    Subscription subscription =
        new Subscription(request.server() == null ? "" : request.server(), uri);
    if (message.method().equals(Methods.RESOURCES_UNSUBSCRIBE)) {
      answer(request, message, sessions.unsubscribe(session, subscription));
    } else if (resources.find(request.profile(), request.server(), uri) == null) {
      refuse(
          request, message, Failure.of(ErrorCode.UNKNOWN_RESOURCE, "Resource not found: " + uri));
    } else if (session.memory().subscriptions().size() >= MOST_SUBSCRIPTIONS) {
      refuse(
          request,
          message,
          Failure.of(
              ErrorCode.INVALID_PARAMS,
              "Invalid params: a session has at most "
                  + MOST_SUBSCRIPTIONS
                  + " subscriptions; drop some first."));
    } else {
      answer(request, message, sessions.subscribe(session, subscription));
    }
  }

  private static void answer(McpRequest request, Frame.Request message, Future<Void> kept) {
    kept.onComplete(
        done ->
            request
                .reply()
                .run(
                    () -> {
                      if (done.succeeded()) {
                        request.reply().answer(200, ResponseFrame.result(message, EMPTY));
                      } else {
                        LOG.warnf("what a session has set cannot be kept: %s", done.cause());
                        refuse(request, message, Failure.of(ErrorCode.PEER_UNAVAILABLE));
                      }
                    }));
  }

  private static void refuse(McpRequest request, Frame.Request message, Failure failure) {
    ErrorAnswer.send(request.reply(), Era.LEGACY, message.id().bytes(message.data()), failure);
  }

  /** A notification of the client. */
  void notified(McpRequest request, Session session, Frame.Notification message) {
    switch (message.method()) {
      case Methods.CANCELLED -> calls.cancel(session, message);
      case Methods.INITIALIZED -> {
        // Between this client and the gateway; each server got its own.
      }
      case Methods.ROOTS_LIST_CHANGED, Methods.PROGRESS -> pass(session, "", message);
      default -> {
        if (request.server() != null) {
          pass(session, request.server(), message);
        }
      }
    }
  }

  private void pass(Session session, String server, Frame.Notification message) {
    executor.tell(
        notice(session)
            .setServer(server)
            .setNotification(UnsafeByteOperations.unsafeWrap(message.whole().bytes(message.data())))
            .build());
  }

  /** The client has ended its session: so do the connections that were its own. */
  void ended(Session session) {
    executor.tell(notice(session).setEnded(SessionEnded.getDefaultInstance()).build());
  }

  private static SessionNotice.Builder notice(Session session) {
    return SessionNotice.newBuilder()
        .setContext(CallContexts.toProto(CallContext.ofService(Peer.EDGE, session.tenant())))
        .setSession(session.id().toString());
  }
}
