package dev.sallyport.edge.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.MutinyAuditGrpc;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.audit.v1.RecordKind;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipper on a real gRPC stream whose server goes away and comes back. */
class ShipperOverGrpcTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Set<AuditRecord> committed = new LinkedHashSet<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server = serve(0);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void nothingIsLostWhenTheServerGoesAwayUnderLoad() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper =
            new Shipper(spool, peer(), ShipperTest.impatient(), SpoolFixture.TENANT)) {
      // Given a shipper in the middle of its work
      shipper.start();
      append(spool, 0, 2000);
      await().atMost(PATIENCE).until(() -> shipper.shipped() > 100);

      // When the server is gone for a while, and calls go on
      int port = server.getPort();
      server.shutdownNow().awaitTermination();
      append(spool, 2000, 4000);
      await().atMost(PATIENCE).until(() -> shipper.failures() > 0);
      server = serve(port);
      append(spool, 4000, 5000);

      // Then everything arrives, in order
      await().atMost(PATIENCE).until(() -> spool.depthBytes() == 0);
      assertThat(numbers()).isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }
  }

  @Test
  void recordsOfAnySizePass() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper =
            new Shipper(spool, peer(), ShipperTest.impatient(), SpoolFixture.TENANT)) {
      // Given records larger than a batch and than gRPC's own default of 4 MiB
      int[] sizes = {10, 130_000, 6_000_000, 20};
      for (int i = 0; i < sizes.length; i++) {
        spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_CLOSE, i, sizes[i]));
      }

      // When they are shipped, then they arrive
      shipper.start();
      await().atMost(PATIENCE).until(() -> spool.depthBytes() == 0);
      assertThat(numbers()).containsExactly(0, 1, 2, 3);
    }
  }

  private static void append(Spool spool, int from, int to) {
    for (int i = from; i < to; i++) {
      spool.append(SpoolFixture.open(i));
    }
  }

  private List<Integer> numbers() {
    synchronized (committed) {
      return SpoolFixture.numbers(new ArrayList<>(committed));
    }
  }

  private AuditPeer peer() {
    return new AuditPeer() {
      @Override
      public Multi<AppendAck> append(Multi<AppendBatch> batches) {
        return MutinyAuditGrpc.newMutinyStub(channel).append(batches);
      }

      @Override
      public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
        return Uni.createFrom().failure(new UnsupportedOperationException());
      }

      @Override
      public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
        return Uni.createFrom().failure(new UnsupportedOperationException());
      }
    };
  }

  private Server serve(int port) throws Exception {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .maxInboundMessageSize(64 * 1024 * 1024)
        .addService(
            new MutinyAuditGrpc.AuditImplBase() {
              @Override
              public Multi<AppendAck> append(Multi<AppendBatch> batches) {
                return batches.onItem().transformToUniAndConcatenate(batch -> commit(batch));
              }
            })
        .build()
        .start();
  }

  private Uni<AppendAck> commit(AppendBatch batch) {
    synchronized (committed) {
      for (ByteString record : batch.getRecordsList()) {
        committed.add(SpoolFixture.parse(record));
      }
    }
    return Uni.createFrom().item(AppendAck.newBuilder().setPosition(batch.getPosition()).build());
  }
}
