package dev.sallyport.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.token.ServiceTokens;
import dev.sallyport.kit.token.TestKeys;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.MutinyPolicyGrpc;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.grpc.GrpcService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server and real channels: what a service sees of its peer. */
@QuarkusTest
@QuarkusTestResource(value = TokenCheckTest.Keys.class, restrictToAnnotatedClass = true)
class TokenCheckTest {

  private static final dev.sallyport.proto.common.v1.CallContext CONTEXT =
      dev.sallyport.proto.common.v1.CallContext.newBuilder()
          .setTenant("acme")
          .setCaller("vk_1")
          .build();
  private static final Duration WAIT = Duration.ofSeconds(10);

  @ConfigProperty(name = "quarkus.http.test-port")
  int port;

  @ConfigProperty(name = "test.keys")
  Path keys;

  private ManagedChannel bare;

  /** Policy receives; edge calls. */
  public static class Keys implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
      try {
        Path folder = Files.createTempDirectory("tokens");
        TestKeys.write(folder, Peer.EDGE);
        TestKeys.write(folder, Peer.POLICY);
        return Map.of(
            "test.keys", folder.toString(),
            "sallyport.tokens.service", "policy",
            "sallyport.tokens.key", folder.resolve("policy.key").toString(),
            "sallyport.tokens.peers", folder.toString());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void stop() {}
  }

  @GrpcService
  @Singleton
  static class PeerEcho extends MutinyPolicyGrpc.PolicyImplBase {
    @Override
    public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
      var context = CallContexts.of(request.getContext());
      return Uni.createFrom()
          .item(
              ListKeysResponse.newBuilder()
                  .addKeys(
                      dev.sallyport.proto.policy.v1.VirtualKey.newBuilder()
                          .setTenant(context.tenant())
                          .setName(context.peer().wireName()))
                  .build());
    }

    @Override
    public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
      Uni<ApplyKeysResponse> failed =
          Uni.createFrom()
              .failure(
                  new CallFailed(
                      new Failure(ErrorCode.READ_ONLY, "declared", Duration.ofSeconds(3))));
      return failed.onFailure().transform(GrpcErrors::toStatus);
    }

    @Override
    public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
      var context = CallContexts.of(request.getContext());
      return Multi.createFrom()
          .items(AccessEvent.newBuilder().setSequence(context.peer().ordinal()).build());
    }
  }

  @BeforeEach
  void connect() {
    bare = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void disconnect() {
    bare.shutdownNow();
  }

  private MutinyPolicyGrpc.MutinyPolicyStub edge() {
    ServiceTokens tokens = ServiceTokens.read(settings("edge"));
    return MutinyPolicyGrpc.newMutinyStub(bare)
        .withInterceptors(new TokenOnEveryCall(tokens, Peer.POLICY));
  }

  private dev.sallyport.kit.token.TokenSettings settings(String service) {
    return new dev.sallyport.kit.token.TokenSettings() {
      @Override
      public java.util.Optional<String> service() {
        return java.util.Optional.of(service);
      }

      @Override
      public java.util.Optional<Path> key() {
        return java.util.Optional.of(keys.resolve(service + ".key"));
      }

      @Override
      public java.util.Optional<Path> peers() {
        return java.util.Optional.of(keys);
      }
    };
  }

  @Test
  void tellsTheServiceWhoCallsOnUnaryAndStreamingMethods() {
    ListKeysResponse answer =
        edge()
            .listKeys(ListKeysRequest.newBuilder().setContext(CONTEXT).build())
            .await()
            .atMost(WAIT);
    AccessEvent event =
        edge()
            .watchAccess(WatchAccessRequest.newBuilder().setContext(CONTEXT).build())
            .toUni()
            .await()
            .atMost(WAIT);

    assertThat(answer.getKeys(0).getName()).isEqualTo("edge");
    assertThat(answer.getKeys(0).getTenant()).isEqualTo("acme");
    assertThat(event.getSequence()).isEqualTo(Peer.EDGE.ordinal());
  }

  @Test
  void refusesACallWithoutAToken() {
    var stub = MutinyPolicyGrpc.newMutinyStub(bare);

    assertThatThrownBy(
            () ->
                stub.listKeys(ListKeysRequest.newBuilder().setContext(CONTEXT).build())
                    .await()
                    .atMost(WAIT))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
  }

  @Test
  void refusesATokenMeantForAnotherService() {
    ServiceTokens tokens = ServiceTokens.read(settings("edge"));
    var stub =
        MutinyPolicyGrpc.newMutinyStub(bare)
            .withInterceptors(new TokenOnEveryCall(tokens, Peer.REGISTRY));

    assertThatThrownBy(
            () ->
                stub.listKeys(ListKeysRequest.newBuilder().setContext(CONTEXT).build())
                    .await()
                    .atMost(WAIT))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
  }

  @Test
  void carriesAFailureWholeInTheTrailers() {
    Throwable thrown =
        org.assertj.core.api.Assertions.catchThrowable(
            () ->
                edge()
                    .applyKeys(ApplyKeysRequest.newBuilder().setContext(CONTEXT).build())
                    .await()
                    .atMost(WAIT));

    assertThat(GrpcErrors.fromStatus(thrown).failure())
        .isEqualTo(new Failure(ErrorCode.READ_ONLY, "declared", Duration.ofSeconds(3)));
  }

  @Test
  void callsAPeerThatIsAwayUnavailable() {
    ManagedChannel nobody = NettyChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
    try {
      Throwable thrown =
          org.assertj.core.api.Assertions.catchThrowable(
              () ->
                  MutinyPolicyGrpc.newMutinyStub(nobody)
                      .listKeys(ListKeysRequest.newBuilder().setContext(CONTEXT).build())
                      .await()
                      .atMost(WAIT));

      assertThat(GrpcErrors.fromStatus(thrown).failure().code())
          .isEqualTo(ErrorCode.PEER_UNAVAILABLE);
    } finally {
      nobody.shutdownNow();
    }
  }
}
