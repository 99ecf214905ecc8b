package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.ReservedCall;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.executor.v1.Open;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * The executor over gRPC. All work on one server of one tenant goes to one replica (rendezvous
 * hashing), so that its connections are shared; to the next in line while that one is away.
 */
@DefaultBean
@Singleton
class GrpcExecutorPeer implements ExecutorPeer {

  private final PeerChannels channels;

  GrpcExecutorPeer(PeerChannels channels) {
    this.channels = channels;
  }

  @Override
  public Exchange open(ReservedCall call, Answers answers) {
    Open header = call.header();
    Channel channel =
        place(channels.all(Peer.EXECUTOR), header.getContext().getTenant(), header.getServer());
    GrpcExchange exchange = new GrpcExchange(header, HeapBytes.of(call.frame()), answers);
    exchange.start(channel);
    return exchange;
  }

  /** The replica with the highest weight that is not known to be away. */
  static Channel place(List<Channel> replicas, String tenant, String server) {
    if (replicas.size() == 1) {
      return replicas.getFirst();
    }
    Channel best = null;
    Channel bestPresent = null;
    long weight = 0;
    long weightPresent = 0;
    for (int i = 0; i < replicas.size(); i++) {
      Channel replica = replicas.get(i);
      long own = weight(tenant, server, replica.authority());
      if (best == null || Long.compareUnsigned(own, weight) > 0) {
        best = replica;
        weight = own;
      }
      if (!isAway(replica)
          && (bestPresent == null || Long.compareUnsigned(own, weightPresent) > 0)) {
        bestPresent = replica;
        weightPresent = own;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no executor is configured");
    }
    return bestPresent == null ? best : bestPresent;
  }

  private static boolean isAway(Channel channel) {
    return channel instanceof ManagedChannel managed
        && managed.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
  }

  /** FNV-1a over the three, finished so that close inputs lie far apart. */
  static long weight(String tenant, String server, String replica) {
    long hash = 0xcbf29ce484222325L;
    for (String part : List.of(tenant, server, replica)) {
      for (int i = 0; i < part.length(); i++) {
        hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
      }
      hash = (hash ^ 0xff) * 0x100000001b3L;
    }
    hash ^= hash >>> 32;
    hash *= 0x9E3779B97F4A7C15L;
    return hash ^ hash >>> 29;
  }
}
