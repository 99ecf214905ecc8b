package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.proto.audit.v1.AuditGrpc;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.PolicyGrpc;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.RegistryGrpc;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Between services nobody is trusted for being on the network. */
@EnabledIfSystemProperty(named = "sallyport.mode", matches = "split")
class ServiceTokensTest {

  private static final CallContext CONTEXT =
      CallContext.newBuilder().setTenant("default").setRemainingMillis(5_000).build();

  private final World world = World.get();

  @ParameterizedTest
  @ValueSource(strings = {"registry", "policy", "audit", "executor"})
  void aCallWithoutATokenIsRefused(String service) {
    // Given a channel to a service, as any process on the network could open one
    withChannel(
        service,
        channel ->
            // When it is called without a token / Then it is refused
            assertUnauthenticated(() -> call(service, channel)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "policy", "audit", "executor"})
  void aCallWithATokenOfNobodyIsRefused(String service) {
    // Given a token that looks like one and is signed by nobody
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJlZGdlIiwiYXVkIjoicmVnaXN0cnkifQ.");
    withChannel(
        service,
        channel ->
            // When it is shown / Then the call is refused
            assertUnauthenticated(
                () ->
                    call(
                        service,
                        ClientInterceptors.intercept(
                            channel, MetadataUtils.newAttachHeadersInterceptor(headers)))));
  }

  private static void call(String service, Channel channel) {
    switch (service) {
      case "registry" ->
          RegistryGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .listServers(ListServersRequest.newBuilder().setContext(CONTEXT).build());
      case "policy" ->
          PolicyGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .listKeys(ListKeysRequest.newBuilder().setContext(CONTEXT).build());
      case "audit" ->
          AuditGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .queryCalls(QueryCallsRequest.newBuilder().setContext(CONTEXT).build());
      default -> {
        ClientCall<ExchangeUp, ?> exchange =
            channel.newCall(
                ExecutorGrpc.getExchangeMethod(),
                io.grpc.CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS));
        ClientCalls.blockingServerStreamingCall(exchange, ExchangeUp.getDefaultInstance()).next();
      }
    }
  }

  private void withChannel(String service, Consumer<Channel> use) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", world.gateway.servicePort(service))
            .usePlaintext()
            .build();
    try {
      use.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertUnauthenticated(ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call)
        .satisfies(
            refused ->
                org.assertj.core.api.Assertions.assertThat(refused.getStatus().getCode())
                    .isEqualTo(Status.Code.UNAUTHENTICATED));
  }
}
