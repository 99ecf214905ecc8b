package dev.sallyport.edge.peer.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.proto.executor.v1.Completed;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Parked;
import dev.sallyport.proto.executor.v1.ServerRequest;
import dev.sallyport.testkit.SilentPort;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.vertx.core.buffer.Buffer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class GrpcExchangeTest {

  private static final Open HEADER = Open.newBuilder().setServer("files").build();

  private final List<ExchangeUp> received = new CopyOnWriteArrayList<>();
  private Server server;
  private ManagedChannel channel;
  private BiConsumer<ExchangeUp, StreamObserver<ExchangeDown>> behaviour;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                new ExecutorGrpc.ExecutorImplBase() {
                  @Override
                  public StreamObserver<ExchangeUp> exchange(StreamObserver<ExchangeDown> down) {
                    return new StreamObserver<>() {
                      @Override
                      public void onNext(ExchangeUp up) {
                        received.add(up);
                        behaviour.accept(up, down);
                      }

                      @Override
                      public void onError(Throwable error) {}

                      @Override
                      public void onCompleted() {
                        down.onCompleted();
                      }
                    };
                  }
                })
            .build()
            .start();
    channel = channelTo(server.getPort());
  }

  private static ManagedChannel channelTo(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void aSmallFrameTravelsInOpenAndTheAnswerComesBackInOrder() {
    behaviour =
        (up, down) -> {
          down.onNext(
              ExchangeDown.newBuilder().setNotification(ByteString.copyFromUtf8("n1")).build());
          down.onNext(
              ExchangeDown.newBuilder()
                  .setServerRequest(
                      ServerRequest.newBuilder()
                          .setId("q")
                          .setFrame(ByteString.copyFromUtf8("ask")))
                  .build());
          down.onNext(
              ExchangeDown.newBuilder().setFrameChunk(ByteString.copyFromUtf8("ans")).build());
          down.onNext(
              ExchangeDown.newBuilder().setFrameChunk(ByteString.copyFromUtf8("wer")).build());
          down.onNext(ExchangeDown.newBuilder().setEnd(completed()).build());
        };

    Heard heard = open(channel, "frame".getBytes(StandardCharsets.UTF_8));

    assertThat(heard.end().hasCompleted()).isTrue();
    assertThat(heard.said).containsExactly("notification n1", "ask q ask", "response answer");
    assertThat(received.getFirst().getOpen().getFirstChunk().toStringUtf8()).isEqualTo("frame");
    assertThat(received.getFirst().getOpen().getServer()).isEqualTo("files");
  }

  @Test
  void aLargeFrameTravelsInPiecesOfAtMost64KiB() {
    byte[] frame = new byte[5 * 1024 * 1024 + 17];
    new Random(1).nextBytes(frame);
    int[] length = new int[1];
    behaviour =
        (up, down) -> {
          length[0] +=
              up.hasOpen() ? up.getOpen().getFirstChunk().size() : up.getFrameChunk().size();
          if (length[0] == frame.length) {
            down.onNext(ExchangeDown.newBuilder().setEnd(completed()).build());
          }
        };

    Heard heard = open(channel, frame);

    assertThat(heard.end().hasCompleted()).isTrue();
    ByteString joined = received.getFirst().getOpen().getFirstChunk();
    for (ExchangeUp up : received.subList(1, received.size())) {
      assertThat(up.getFrameChunk().size()).isLessThanOrEqualTo(64 * 1024);
      joined = joined.concat(up.getFrameChunk());
    }
    assertThat(joined.toByteArray()).isEqualTo(frame);
  }

  @Test
  void cancelAndAnswersGoUpAndNothingAfterCancel() {
    behaviour =
        (up, down) -> {
          if (up.hasCancel()) {
            down.onNext(
                ExchangeDown.newBuilder()
                    .setEnd(
                        End.newBuilder()
                            .setCancelled(
                                dev.sallyport.proto.executor.v1.Cancelled.getDefaultInstance()))
                    .build());
          }
        };
    Heard heard = new Heard();
    GrpcExchange exchange = exchange(heard, new byte[] {'x'});
    exchange.start(channel);

    exchange.respond("q", Buffer.buffer("yes"));
    exchange.cancel("enough");
    exchange.cancel("enough");
    exchange.respond("q", Buffer.buffer("late"));

    assertThat(heard.end().hasCancelled()).isTrue();
    assertThat(received).hasSize(3);
    assertThat(received.get(1).getClientResponse().getFrame().toStringUtf8()).isEqualTo("yes");
    assertThat(received.get(2).getCancel().getReason()).isEqualTo("enough");
  }

  @Test
  void whenNobodyListensTheCallWasNotDelivered() {
    try (SilentPort port = SilentPort.take()) {
      ManagedChannel nowhere = channelTo(port.number());
      Heard heard = open(nowhere, new byte[] {'x'});

      assertThat(heard.end().getFailed().getCode()).isEqualTo("peer_unavailable");
      assertThat(heard.end().getNotDelivered()).isTrue();
      nowhere.shutdownNow();
    }
  }

  @Test
  void whenTheStreamIsRefusedTheCallWasNotDelivered() {
    behaviour = (up, down) -> down.onError(Status.UNAUTHENTICATED.asRuntimeException());

    Heard heard = open(channel, new byte[] {'x'});

    assertThat(heard.end().getFailed().getCode()).isEqualTo("peer_unavailable");
    assertThat(heard.end().getNotDelivered()).isTrue();
  }

  @Test
  void whenTheStreamBreaksAfterOpenTheOutcomeIsUnknown() {
    behaviour = (up, down) -> down.onError(Status.INTERNAL.asRuntimeException());

    Heard heard = open(channel, new byte[] {'x'});

    assertThat(heard.end().hasOutcomeUnknown()).isTrue();
    assertThat(heard.end().getNotDelivered()).isFalse();
  }

  @Test
  void whenTheExecutorDiesInACallTheOutcomeIsUnknown() {
    behaviour = (up, down) -> server.shutdownNow();

    Heard heard = open(channel, new byte[] {'x'});

    assertThat(heard.end().hasOutcomeUnknown()).isTrue();
  }

  @Test
  void whenTheStreamEndsWithoutAnEndTheOutcomeIsUnknown() {
    behaviour = (up, down) -> down.onCompleted();

    Heard heard = open(channel, new byte[] {'x'});

    assertThat(heard.end().hasOutcomeUnknown()).isTrue();
  }

  @Test
  void theServersOfATenantSpreadOverReplicasAndStayWhereTheyAre() {
    List<Channel> replicas = new ArrayList<>();
    List<ManagedChannel> open = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ManagedChannel replica = channelTo(20_000 + i);
      open.add(replica);
      replicas.add(replica);
    }
    try {
      int[] placed = new int[4];
      for (int i = 0; i < 400; i++) {
        placed[replicas.indexOf(GrpcExecutorPeer.place(replicas, "acme", "server-" + i))]++;
      }
      for (int count : placed) {
        assertThat(count).isBetween(60, 140);
      }

      List<Channel> fewer = replicas.subList(0, 3);
      for (int i = 0; i < 400; i++) {
        Channel before = GrpcExecutorPeer.place(replicas, "acme", "server-" + i);
        if (fewer.contains(before)) {
          assertThat(GrpcExecutorPeer.place(fewer, "acme", "server-" + i)).isSameAs(before);
        }
      }
    } finally {
      open.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static End completed() {
    return End.newBuilder().setCompleted(Completed.getDefaultInstance()).build();
  }

  private static Heard open(Channel channel, byte[] frame) {
    Heard heard = new Heard();
    exchange(heard, frame).start(channel);
    return heard;
  }

  private static GrpcExchange exchange(Heard heard, byte[] frame) {
    return new GrpcExchange(HEADER, new HeapBytes(frame, 0, frame.length), heard);
  }

  private static final class Heard implements Answers {

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();

    End end() {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(end::isDone);
      return end.orTimeout(1, TimeUnit.SECONDS).join();
    }

    @Override
    public void notification(Buffer frame) {
      said.add("notification " + frame);
    }

    @Override
    public void serverRequest(String id, Buffer frame) {
      said.add("ask " + id + " " + frame);
    }

    @Override
    public void parked(Parked parked, String executor) {
      said.add("parked");
    }

    @Override
    public void response(Buffer frame) {
      said.add("response " + frame);
    }

    @Override
    public void end(End outcome) {
      if (!end.complete(outcome)) {
        said.add("ended twice");
      }
    }
  }
}
