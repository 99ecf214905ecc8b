package dev.sallyport.audit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.MutinyAuditGrpc;
import dev.sallyport.proto.audit.v1.MutinyAuditGrpc.MutinyAuditStub;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.RecordKind;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runnable as split mode starts it: Flyway, pool, tokens, gRPC on the HTTP port. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(ServiceKeysResource.class)
class AuditGrpcServiceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TENANT = "default";

  @ConfigProperty(name = "quarkus.http.test-port")
  int port;

  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(64 * 1024 * 1024)
            .build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void anEdgeAppendsAndAsks() {
    // Given a call appended by an edge, and one of another tenant
    CallId id = CallId.next();
    CallId others = CallId.next();
    List<AppendAck> acks =
        as("edge")
            .append(
                Multi.createFrom()
                    .items(
                        batch(7, record(TENANT, id, RecordKind.RECORD_KIND_OPEN)),
                        batch(
                            9,
                            record(TENANT, id, RecordKind.RECORD_KIND_CLOSE),
                            record("other", others, RecordKind.RECORD_KIND_OPEN))))
            .collect()
            .asList()
            .await()
            .atMost(PATIENCE);

    // When it asks for its tenant's calls
    QueryCallsResponse response = as("edge").queryCalls(request(TENANT)).await().atMost(PATIENCE);

    // Then it sees that call, whole, and no other tenant's
    assertThat(acks).extracting(AppendAck::getPosition).containsExactly(7L, 9L);
    assertThat(response.getCallsList())
        .singleElement()
        .satisfies(
            view -> {
              assertThat(view.getOpen().getCallId()).isEqualTo(id.toString());
              assertThat(view.getClose().getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
            });
  }

  @Test
  void anotherServiceIsRefused() {
    assertStatus(
        Status.Code.PERMISSION_DENIED,
        () -> as("policy").queryCalls(request(TENANT)).await().atMost(PATIENCE));
    assertStatus(
        Status.Code.PERMISSION_DENIED,
        () ->
            as("policy")
                .append(Multi.createFrom().items(batch(1)))
                .collect()
                .asList()
                .await()
                .atMost(PATIENCE));
  }

  @Test
  void whoProvesNothingIsRefused() {
    MutinyAuditStub stub = MutinyAuditGrpc.newMutinyStub(channel);
    assertStatus(
        Status.Code.UNAUTHENTICATED,
        () -> stub.queryCalls(request(TENANT)).await().atMost(PATIENCE));
    assertStatus(
        Status.Code.UNAUTHENTICATED,
        () ->
            stub.append(Multi.createFrom().items(batch(1)))
                .collect()
                .asList()
                .await()
                .atMost(PATIENCE));
  }

  @Test
  void aRequestWithoutTenantIsRefused() {
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        () -> as("edge").queryCalls(request("")).await().atMost(PATIENCE));
  }

  private static void assertStatus(Status.Code code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failed -> assertThat(failed.getStatus().getCode()).isEqualTo(code));
  }

  private MutinyAuditStub as(String service) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER), service);
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ServiceKeysResource.of(service).mint(Peer.AUDIT));
    return MutinyAuditGrpc.newMutinyStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static QueryCallsRequest request(String tenant) {
    return QueryCallsRequest.newBuilder()
        .setContext(CallContext.newBuilder().setTenant(tenant))
        .build();
  }

  private static AppendBatch batch(long position, AuditRecord... records) {
    AppendBatch.Builder batch = AppendBatch.newBuilder().setEdge("edge_1").setPosition(position);
    for (AuditRecord record : records) {
      batch.addRecords(record.toByteString());
    }
    return batch.build();
  }

  private static AuditRecord record(String tenant, CallId id, RecordKind kind) {
    boolean close = kind == RecordKind.RECORD_KIND_CLOSE;
    return AuditRecord.newBuilder()
        .setTenant(tenant)
        .setCallId(id.toString())
        .setKind(kind)
        .setSequence(close ? 1 : 0)
        .setOutcome(close ? Outcome.OUTCOME_OK : Outcome.OUTCOME_UNSPECIFIED)
        .setEdge("edge_1")
        .setEdgeEpoch(1)
        .setTimeMicros(id.time().toEpochMilli() * 1000)
        .build();
  }
}
