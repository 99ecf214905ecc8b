package dev.sallyport.edge.http;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.Authentication;
import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.caller.Narrowing;
import dev.sallyport.edge.http.FirstLook.Refusal;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.secret.Secret;
import dev.sallyport.mcp.protocol.JsonRpcError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Who a request comes from and what it may: its key, narrowed by its own headers. */
@Singleton
class Gate {

  private static final Logger LOG = Logger.getLogger(Gate.class);

  /** How long what follows a refusal is still read and thrown away. */
  private static final long DRAIN_MILLIS = 5000;

  private final Callers callers;
  private final Visitors visitors;
  private final Vertx vertx;
  private final AuthMode auth;

  Gate(
      Callers callers,
      Visitors visitors,
      Vertx vertx,
      @ConfigProperty(name = "sallyport.edge.auth", defaultValue = "required") AuthMode auth) {
    this.callers = callers;
    this.visitors = visitors;
    this.vertx = vertx;
    this.auth = auth;
  }

  /** What is behind the gate. */
  interface Behind {

    /**
     * The request may come in.
     *
     * @param key null for the anonymous caller
     */
    void enter(AccessProfile profile, @Nullable Secret key);

    /** It may not, and is answered so. */
    void refuse(Refusal refusal);
  }

  /** To be called before anything is served. */
  void check() {
    if (auth == AuthMode.NONE) {
      if (!visitors.isOnLoopback()) {
        throw new IllegalStateException(
            "sallyport.edge.auth=none is for loopback only; set quarkus.http.host=127.0.0.1 or require keys");
      }
      LOG.warn("Authentication is off: every program on this machine may use every tool.");
    }
  }

  /** Tells {@code behind}, at once or later on the event loop of the reply. */
  void pass(HttpServerRequest request, HttpReply reply, Behind behind) {
    if (auth == AuthMode.NONE) {
      let(request, reply, null, behind, callers.anybody());
      return;
    }
    switch (Credential.of(request.headers())) {
      case Credential.Presented(Secret key) ->
          let(request, reply, key, behind, callers.authenticate(key.reveal()));
      case Credential.Ambiguous ambiguous ->
          behind.refuse(
              new Refusal(
                  400, ErrorAnswer.ACCESS, "Two different credentials came; send one.", null));
      case Credential.Missing missing -> unauthenticated(reply, behind);
      case Credential.Unknown unknown -> unauthenticated(reply, behind);
    }
  }

  private void let(
      HttpServerRequest request,
      HttpReply reply,
      @Nullable Secret key,
      Behind behind,
      Future<Authentication> answer) {
    if (answer.isComplete()) {
      answered(request, reply, key, behind, answer);
    } else {
      answer.onComplete(done -> reply.run(() -> answered(request, reply, key, behind, answer)));
    }
  }

  private void answered(
      HttpServerRequest request,
      HttpReply reply,
      @Nullable Secret key,
      Behind behind,
      Future<Authentication> answer) {
    Authentication who = answer.succeeded() ? answer.result() : new Authentication.Unavailable();
    switch (who) {
      case Authentication.Authenticated(AccessProfile profile) ->
          enter(request, profile, key, behind);
      case Authentication.Rejected rejected -> {
        LOG.debugf("a key was refused: %s", rejected.reason());
        unauthenticated(reply, behind);
      }
      case Authentication.Unavailable unavailable -> {
        reply.header("Retry-After", "1");
        behind.refuse(
            new Refusal(
                503, ErrorAnswer.UNAVAILABLE, ErrorCode.POLICY_UNAVAILABLE.message(), null));
      }
    }
  }

  private static void enter(
      HttpServerRequest request, AccessProfile whole, @Nullable Secret key, Behind behind) {
    switch (IncludeHeaders.of(request.headers())) {
      case IncludeHeaders.Read(Narrowing narrowing) -> behind.enter(whole.narrowed(narrowing), key);
      case IncludeHeaders.Wrong(String message) ->
          behind.refuse(new Refusal(400, JsonRpcError.INVALID_REQUEST, message, null));
    }
  }

  /** The same for no key and for a key that is unknown, expired or revoked. */
  private static void unauthenticated(HttpReply reply, Behind behind) {
    reply.header("WWW-Authenticate", "Bearer");
    behind.refuse(new Refusal(401, ErrorAnswer.ACCESS, ErrorCode.UNAUTHENTICATED.message(), null));
  }

  /** Answers, and reads away what the client still sends so that it gets to see the answer. */
  void refuse(
      HttpServerRequest request, HttpReply reply, Refusal refusal, Consumer<Refusal> answer) {
    if (refusal.allow() != null) {
      reply.header("Allow", refusal.allow());
    }
    answer.accept(refusal);
    if (request.isEnded()) {
      return;
    }
    long timer = vertx.setTimer(DRAIN_MILLIS, ignored -> request.connection().close());
    request.handler(ignored -> {});
    request.endHandler(ignored -> vertx.cancelTimer(timer));
    request.exceptionHandler(ignored -> vertx.cancelTimer(timer));
    request.resume();
  }
}
