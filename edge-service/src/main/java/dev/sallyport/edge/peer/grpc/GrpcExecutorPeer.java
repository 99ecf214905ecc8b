package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.ReservedCall;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.executor.v1.CallerEnded;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.SessionNotice;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.quarkus.arc.DefaultBean;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The executor over gRPC. All work on one server of one tenant goes to one replica (rendezvous
 * hashing), so that its connections are shared; to the next in line while that one is away.
 */
@DefaultBean
@Singleton
class GrpcExecutorPeer implements ExecutorPeer {

  private static final Logger LOG = Logger.getLogger(GrpcExecutorPeer.class);
  private static final long PATIENCE_SECONDS = 5;
  private static final String GONE =
      "The part of the gateway where the call waited is gone; make the call again from the start.";

  private final PeerChannels channels;

  GrpcExecutorPeer(PeerChannels channels) {
    this.channels = channels;
  }

  @Override
  public Exchange open(ReservedCall call, Answers answers) {
    List<Channel> replicas = channels.all(Peer.EXECUTOR);
    Open header = call.header();
    String parkedOn = call.executor();
    GrpcExchange exchange = new GrpcExchange(header, HeapBytes.of(call.frame()), answers);
    if (parkedOn == null) {
      exchange.start(place(replicas, header.getContext().getTenant(), header.getServer()));
      return exchange;
    }
    Channel there =
        replicas.stream()
            .filter(replica -> replica.authority().equals(parkedOn) && !isAway(replica))
            .findFirst()
            .orElse(null);
    if (there == null) {
      answers.end(
          End.newBuilder()
              .setFailed(GrpcErrors.toProto(Failure.of(ErrorCode.NOT_FOUND, GONE)))
              .setNotDelivered(true)
              .build());
    } else {
      exchange.start(there);
    }
    return exchange;
  }

  @Override
  public Exchange listen(Open header, Buffer frame, Answers answers) {
    GrpcExchange exchange = new GrpcExchange(header, HeapBytes.of(frame), answers);
    exchange.start(
        place(channels.all(Peer.EXECUTOR), header.getContext().getTenant(), header.getServer()));
    return exchange;
  }

  @Override
  public void tell(SessionNotice notice) {
    forAll(executor -> executor.tellSession(notice, new Told<>("a session")));
  }

  @Override
  public void end(CallerEnded caller) {
    forAll(executor -> executor.endCaller(caller, new Told<>("a caller")));
  }

  private void forAll(Consumer<ExecutorGrpc.ExecutorStub> tell) {
    for (Channel replica : channels.all(Peer.EXECUTOR)) {
      tell.accept(
          ExecutorGrpc.newStub(replica).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
  }

  /** An executor that does not hear of an end comes to it when nobody uses what it keeps. */
  private record Told<T>(String of) implements StreamObserver<T> {

    @Override
    public void onNext(T ack) {}

    @Override
    public void onError(Throwable error) {
      LOG.debugf("an executor was not told of %s: %s", of, error);
    }

    @Override
    public void onCompleted() {}
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

  static boolean isAway(Channel channel) {
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
