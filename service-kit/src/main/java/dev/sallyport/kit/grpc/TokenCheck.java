package dev.sallyport.kit.grpc;

import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.token.ServiceTokens;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Refuses every gRPC call that brings no valid token of a known service. Which service may do what
 * is decided in the feature layer, from the peer that is proven here.
 */
@GlobalInterceptor
@ApplicationScoped
class TokenCheck implements ServerInterceptor {

  static final Context.Key<Peer> PEER = Context.key("sallyport-peer");

  private final ServiceTokens tokens;

  TokenCheck(ServiceTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String service = headers.get(TokenMetadata.SERVICE);
    String authorization = headers.get(TokenMetadata.AUTHORIZATION);
    Optional<Peer> peer =
        service == null || authorization == null || !authorization.startsWith(TokenMetadata.BEARER)
            ? Optional.empty()
            : tokens.check(service, authorization.substring(TokenMetadata.BEARER.length()));
    if (peer.isEmpty()) {
      call.close(
          Status.UNAUTHENTICATED.withDescription("a valid service token is required"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(PEER, peer.get()), call, headers, next);
  }
}
