package dev.sallyport.edge.peer.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * Knows whether the first message of a stream was handed to a connection. Until then it is certain
 * that the peer has not seen it; from then on it is not.
 */
final class OpenSent extends ClientStreamTracer.Factory {

  private volatile boolean happened;

  boolean happened() {
    return happened;
  }

  /** The channel, with this looking at each stream. */
  Channel on(Channel channel) {
    return new Channel() {
      @Override
      public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return channel.newCall(method, options.withStreamTracerFactory(OpenSent.this));
      }

      @Override
      public String authority() {
        return channel.authority();
      }
    };
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void outboundMessageSent(int number, long wireSize, long uncompressedSize) {
        happened = true;
      }
    };
  }
}
