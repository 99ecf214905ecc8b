package dev.sallyport.kit.grpc;

import io.grpc.Metadata;

/** Names of what travels beside every gRPC message. */
final class TokenMetadata {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> SERVICE =
      Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER);
  static final String BEARER = "Bearer ";

  private TokenMetadata() {}
}
