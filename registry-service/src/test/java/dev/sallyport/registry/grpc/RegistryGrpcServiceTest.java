package dev.sallyport.registry.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.MutinyRegistryGrpc;
import dev.sallyport.proto.registry.v1.MutinyRegistryGrpc.MutinyRegistryStub;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import dev.sallyport.testkit.service.ServiceKeys;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry as its peers see it: a real server, real channels, real tokens. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(
    value = ServiceKeys.class,
    initArgs = @ResourceArg(name = "service", value = "registry"))
class RegistryGrpcServiceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String tenant = "acme-" + UUID.randomUUID();
  private final dev.sallyport.proto.common.v1.CallContext acme =
      CallContexts.toProto(CallContext.ofService(Peer.EDGE, tenant));
  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", io.restassured.RestAssured.port)
            .usePlaintext()
            .build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void aServerGoesFromEdgeToTheExecutorAndItsToolsComeBackByteForByte() {
    List<ServersEvent> definitions = new CopyOnWriteArrayList<>();
    List<CatalogueEvent> catalogues = new CopyOnWriteArrayList<>();
    Cancellable executorWatch =
        stub(Peer.EXECUTOR)
            .watchServers(WatchServersRequest.newBuilder().setContext(acme).build())
            .subscribe()
            .with(definitions::add);
    Cancellable edgeWatch =
        stub(Peer.EDGE)
            .watchCatalogue(WatchCatalogueRequest.newBuilder().setContext(acme).build())
            .subscribe()
            .with(catalogues::add);
    await().atMost(PATIENCE).until(() -> definitions.stream().anyMatch(ServersEvent::hasComplete));
    await().atMost(PATIENCE).until(() -> catalogues.stream().anyMatch(CatalogueEvent::hasComplete));

    outcome(stub(Peer.EDGE).putServer(put()));

    await()
        .atMost(PATIENCE)
        .until(() -> definitions.stream().anyMatch(e -> e.getServer().getTenant().equals(tenant)));
    ByteString definition =
        ByteString.copyFromUtf8("{ \"name\" : \"read\",\"n\":1.0e0,\"é\":\"\\u00e9\" }");
    CatalogueReport report =
        CatalogueReport.newBuilder()
            .setContext(acme)
            .setExecutor("executor-1")
            .setOwnerEpoch(1)
            .setGeneration(1)
            .setServer("fs")
            .setServerRevision(1)
            .setStatus(ServerStatus.newBuilder().setHealth(Health.HEALTH_READY))
            .addTools(ToolDefinition.newBuilder().setName("read").setDefinition(definition))
            .build();
    assertThat(outcome(stub(Peer.EXECUTOR).reportCatalogue(report)).getAccepted()).isTrue();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                catalogues.stream()
                    .map(CatalogueEvent::getServer)
                    .anyMatch(
                        server ->
                            server.getTenant().equals(tenant)
                                && server.getToolsCount() == 1
                                && server.getTools(0).getDefinition().equals(definition)));
    executorWatch.cancel();
    edgeWatch.cancel();
  }

  @Test
  void aCallWithoutATokenIsRefused() {
    assertThatThrownBy(() -> outcome(MutinyRegistryGrpc.newMutinyStub(channel).listServers(list())))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
  }

  @Test
  void eachServiceMayDoItsOwnPartOnly() {
    assertFails(stub(Peer.EXECUTOR).putServer(put()), ErrorCode.FORBIDDEN, "not allowed");
    assertFails(
        stub(Peer.EDGE).reportCatalogue(CatalogueReport.newBuilder().setContext(acme).build()),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertFails(
        stub(Peer.EDGE)
            .watchServers(WatchServersRequest.newBuilder().setContext(acme).build())
            .toUni(),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertFails(stub(Peer.POLICY).listServers(list()), ErrorCode.FORBIDDEN, "not allowed");
  }

  @Test
  void failuresArriveWithCodeAndFix() {
    assertFails(
        stub(Peer.EDGE)
            .putServer(
                PutServerRequest.newBuilder()
                    .setContext(acme)
                    .setDefinition(ServerDefinition.newBuilder().setName("fs"))
                    .build()),
        ErrorCode.INVALID_PARAMS,
        "give it a command");
  }

  // --- fixture ---

  private ListServersRequest list() {
    return ListServersRequest.newBuilder().setContext(acme).build();
  }

  private PutServerRequest put() {
    return PutServerRequest.newBuilder()
        .setContext(acme)
        .setDefinition(
            ServerDefinition.newBuilder()
                .setName("fs")
                .setEnabled(true)
                .setStdio(Stdio.newBuilder().setCommand("mcp-fs")))
        .build();
  }

  private MutinyRegistryStub stub(Peer as) {
    Path folder = Path.of(ConfigProvider.getConfig().getValue("test.service.keys", String.class));
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER), as.wireName());
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ServiceKeys.tokensOf(folder, as).mint(Peer.REGISTRY));
    return MutinyRegistryGrpc.newMutinyStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static <T> T outcome(Uni<T> uni) {
    return uni.await().atMost(PATIENCE);
  }

  private static void assertFails(Uni<?> call, ErrorCode code, String fix) {
    assertThatThrownBy(() -> outcome(call.onFailure().transform(GrpcErrors::fromStatus)))
        .isInstanceOfSatisfying(
            CallFailed.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(code);
              assertThat(e.failure().message()).contains(fix);
            });
  }
}
