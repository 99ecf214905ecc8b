package dev.sallyport.kit.grpc;

import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.token.ServiceTokens;
import dev.sallyport.kit.token.TokenSettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Channels to the other services. They connect when first used, reconnect by themselves, and carry
 * this service's token.
 */
@ApplicationScoped
public class PeerChannels {

  /** The largest message that a peer may send: a catalogue of a server with thousands of tools. */
  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  private final PeerSettings settings;
  private final ServiceTokens tokens;
  private final Map<Peer, List<ManagedChannel>> channels = new ConcurrentHashMap<>();

  PeerChannels(PeerSettings settings, ServiceTokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  @Produces
  @Singleton
  static ServiceTokens serviceTokens(TokenSettings settings) {
    return ServiceTokens.read(settings);
  }

  /**
   * One channel over all replicas of {@code peer}: each call goes to the next replica that is not
   * known to be away.
   */
  public Channel to(Peer peer) {
    List<ManagedChannel> all = managed(peer);
    return all.size() == 1 ? all.getFirst() : new Rotating(all);
  }

  /** A channel for each configured address of {@code peer}, in configured order. */
  public List<Channel> all(Peer peer) {
    return List.copyOf(managed(peer));
  }

  private List<ManagedChannel> managed(Peer peer) {
    return channels.computeIfAbsent(peer, this::open);
  }

  private List<ManagedChannel> open(Peer peer) {
    List<String> addresses = settings.addresses().get(peer.wireName());
    if (addresses == null || addresses.isEmpty()) {
      throw new IllegalStateException(
          "sallyport.peers." + peer.wireName() + " is not set: it names host:port of that service");
    }
    return addresses.stream().map(address -> channel(peer, address)).toList();
  }

  private ManagedChannel channel(Peer peer, String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .defaultLoadBalancingPolicy("round_robin")
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .intercept(new TokenOnEveryCall(tokens, peer))
        .build();
  }

  @PreDestroy
  void close() {
    channels.values().forEach(all -> all.forEach(ManagedChannel::shutdownNow));
  }

  private static final class Rotating extends Channel {

    private final List<ManagedChannel> all;
    private final AtomicInteger next = new AtomicInteger();

    Rotating(List<ManagedChannel> all) {
      this.all = all;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      int first = Math.floorMod(next.getAndIncrement(), all.size());
      for (int i = 0; i < all.size(); i++) {
        ManagedChannel channel = all.get((first + i) % all.size());
        if (channel.getState(true) != ConnectivityState.TRANSIENT_FAILURE) {
          return channel.newCall(method, options);
        }
      }
      return all.get(first).newCall(method, options);
    }

    @Override
    public String authority() {
      return all.getFirst().authority();
    }
  }
}
