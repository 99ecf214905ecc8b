package dev.sallyport.kit.grpc;

import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.token.ServiceTokens;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/** Puts this service's token on each call, and a deadline on unary calls that bring none. */
final class TokenOnEveryCall implements ClientInterceptor {

  private static final long UNARY_DEADLINE_SECONDS = 10;

  private final ServiceTokens tokens;
  private final Peer audience;

  TokenOnEveryCall(ServiceTokens tokens, Peer audience) {
    this.tokens = tokens;
    this.audience = audience;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    boolean bounded =
        options.getDeadline() != null || method.getType() != MethodDescriptor.MethodType.UNARY;
    CallOptions effective =
        bounded ? options : options.withDeadlineAfter(UNARY_DEADLINE_SECONDS, TimeUnit.SECONDS);
    return new SimpleForwardingClientCall<>(next.newCall(method, effective)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(TokenMetadata.SERVICE, tokens.self().wireName());
        headers.put(TokenMetadata.AUTHORIZATION, TokenMetadata.BEARER + tokens.mint(audience));
        super.start(listener, headers);
      }
    };
  }
}
