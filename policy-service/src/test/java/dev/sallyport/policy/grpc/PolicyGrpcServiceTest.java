package dev.sallyport.policy.grpc;

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
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.MutinyPolicyGrpc;
import dev.sallyport.proto.policy.v1.MutinyPolicyGrpc.MutinyPolicyStub;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policy as its peers see it: a real server, real channels, real tokens. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(
    value = ServiceKeys.class,
    initArgs = @ResourceArg(name = "service", value = "policy"))
class PolicyGrpcServiceTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final dev.sallyport.proto.common.v1.CallContext acme =
      CallContexts.toProto(CallContext.ofService(Peer.EDGE, "acme-" + UUID.randomUUID()));
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
  void edgeResolvesAKeyAndHearsOfItsRevocationInUnderASecond() {
    MutinyPolicyStub edge = stub(Peer.EDGE);
    ByteString hash = hash();
    outcome(edge.createKey(key("agent", hash)));
    List<AccessEvent> events = new CopyOnWriteArrayList<>();
    Cancellable watch =
        edge.watchAccess(WatchAccessRequest.newBuilder().setContext(acme).build())
            .subscribe()
            .with(events::add);
    await().atMost(PATIENCE).until(() -> !events.isEmpty());
    ResolveAccessRequest resolve =
        ResolveAccessRequest.newBuilder().setContext(acme).setCredentialHash(hash).build();
    assertThat(outcome(edge.resolveAccess(resolve)).getProfile().getToolsList())
        .containsExactly("fs__*");

    long start = System.nanoTime();
    outcome(edge.revokeKey(RevokeKeyRequest.newBuilder().setContext(acme).setKey("agent").build()));

    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(
            () ->
                events.stream()
                    .anyMatch(
                        event ->
                            event.getKeyChanged().getCredentialHash().equals(hash)
                                && event.getKeyChanged().getEnded()));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(outcome(edge.resolveAccess(resolve)).getRefused().getReason()).isEqualTo("REVOKED");
    watch.cancel();
  }

  @Test
  void aCallWithoutATokenIsRefused() {
    assertThatThrownBy(() -> outcome(MutinyPolicyGrpc.newMutinyStub(channel).listKeys(list())))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
  }

  @Test
  void anotherServiceIsRefusedWhateverItSaysItIs() {
    assertFails(stub(Peer.EXECUTOR).listKeys(list()), ErrorCode.FORBIDDEN, "not allowed");
    assertFails(
        stub(Peer.EXECUTOR)
            .watchAccess(WatchAccessRequest.newBuilder().setContext(acme).build())
            .toUni(),
        ErrorCode.FORBIDDEN,
        "not allowed");
  }

  @Test
  void failuresArriveWithCodeAndFix() {
    MutinyPolicyStub edge = stub(Peer.EDGE);
    outcome(edge.createKey(key("agent", hash())));

    assertFails(edge.createKey(key("agent", hash())), ErrorCode.CONFLICT, "revoke that key");
    assertFails(
        edge.listKeys(ListKeysRequest.getDefaultInstance()), ErrorCode.INVALID_PARAMS, "tenant");
  }

  // --- fixture ---

  private ListKeysRequest list() {
    return ListKeysRequest.newBuilder().setContext(acme).build();
  }

  private CreateKeyRequest key(String name, ByteString hash) {
    return CreateKeyRequest.newBuilder()
        .setContext(acme)
        .setName(name)
        .setCredentialHash(hash)
        .addTools("fs__*")
        .build();
  }

  private static ByteString hash() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private MutinyPolicyStub stub(Peer as) {
    Path folder = Path.of(ConfigProvider.getConfig().getValue("test.service.keys", String.class));
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER), as.wireName());
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ServiceKeys.tokensOf(folder, as).mint(Peer.POLICY));
    return MutinyPolicyGrpc.newMutinyStub(channel)
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
