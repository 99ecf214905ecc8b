package dev.sallyport.executor.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.executor.ExecutorUnderTest;
import dev.sallyport.executor.RegistryInMemory;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.executor.v1.Cancel;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.EchoUpstream.Era;
import dev.sallyport.testkit.service.ServiceKeys;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The executor as a service: gRPC in front, registry's streams behind, a real upstream. */
@QuarkusTest
@QuarkusTestResource(
    value = ServiceKeys.class,
    initArgs = {
      @ResourceArg(name = "service", value = "executor"),
      @ResourceArg(name = "processes", value = "true")
    })
class ExchangeStreamTest {

  @Inject RegistryInMemory registry;

  private final EchoUpstream upstream = EchoUpstream.start(Era.MODERN);
  private final String server = "echo-" + Long.toString(System.nanoTime(), 36);
  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", io.restassured.RestAssured.port)
            .usePlaintext()
            .build();
    registry.put(ExecutorUnderTest.http(server, upstream.url()));
    await()
        .atMost(ExecutorUnderTest.SOON)
        .until(() -> registry.catalogues().stream().anyMatch(r -> r.getServer().equals(server)));
  }

  @AfterEach
  void disconnect() {
    registry.comeBack();
    registry.remove(ExecutorUnderTest.TENANT, server);
    channel.shutdownNow();
    upstream.close();
  }

  private static ClientInterceptor tokenOf(Peer peer) {
    Path folder = Path.of(ConfigProvider.getConfig().getValue("test.service.keys", String.class));
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER), peer.wireName());
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ServiceKeys.tokensOf(folder, peer).mint(Peer.EXECUTOR));
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private Call open(Peer as, String tool, String frame, long claimedLength) {
    Call call = new Call();
    ExecutorGrpc.newStub(channel).withInterceptors(tokenOf(as)).exchange(call);
    byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
    int first = Math.min(bytes.length, 64 * 1024);
    Open open =
        ExecutorUnderTest.header(server, tool, 0)
            .setContext(CallContexts.toProto(ExecutorUnderTest.context()))
            .setFrameLength(claimedLength)
            .setFirstChunk(ByteString.copyFrom(bytes, 0, first))
            .build();
    call.up().onNext(ExchangeUp.newBuilder().setOpen(open).build());
    for (int at = first; at < bytes.length; at += 64 * 1024) {
      int length = Math.min(64 * 1024, bytes.length - at);
      call.up()
          .onNext(
              ExchangeUp.newBuilder()
                  .setFrameChunk(ByteString.copyFrom(bytes, at, length))
                  .build());
    }
    return call;
  }

  private Call open(String tool, String arguments) {
    String frame = ExecutorUnderTest.request("\"ü\"", tool, arguments, "\"progressToken\":1");
    return open(Peer.EDGE, tool, frame, frame.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void aLargeFrameGoesUpAndComesBackInPiecesByteForByte() {
    String text = "\"x\\u00e9".repeat(1) + "ab\\n".repeat(400_000) + "\"";

    Call call = open("echo", "{\"text\":" + text + ",\"n\":1.000e0}");

    End end = call.awaitEnd();
    assertThat(end.getOutcomeCase()).as(end.toString()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(upstream.executions().getLast().arguments())
        .asString()
        .isEqualTo("{\"text\":" + text + ",\"n\":1.000e0}");
    assertThat(call.response()).contains("\"id\":\"ü\"").contains(text);
    assertThat(call.chunkSizes()).hasSizeGreaterThan(10).allMatch(size -> size <= 64 * 1024);
  }

  @Test
  void aSlowReaderGetsAGiantAnswerWholeAndNoFasterThanItReads() {
    Call call = new Call();
    call.slow = true;
    ExecutorGrpc.newStub(channel).withInterceptors(tokenOf(Peer.EDGE)).exchange(call);
    String frame = ExecutorUnderTest.request("1", "big", "{\"bytes\":10485760}", "");
    call.up()
        .onNext(
            ExchangeUp.newBuilder()
                .setOpen(
                    ExecutorUnderTest.header(server, "big", frame.length())
                        .setContext(CallContexts.toProto(ExecutorUnderTest.context()))
                        .setFirstChunk(ByteString.copyFromUtf8(frame)))
                .build());
    await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.executed("big") == 1);
    assertThat(call.end).isNotDone();

    call.readAll();

    assertThat(call.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(call.response().length()).isGreaterThan(10_485_760);
  }

  @Test
  void progressComesBeforeTheAnswerAndTheAnswerBeforeTheEnd() {
    Call call = open("slow", "{\"millis\":200,\"steps\":3}");

    assertThat(call.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(call.parts())
        .containsExactly("NOTIFICATION", "NOTIFICATION", "NOTIFICATION", "FRAME_CHUNK", "END");
  }

  @Test
  void aCancelMessageAndABrokenStreamBothCancelUpstream() {
    Call cancelled = open("hang", "{}");
    await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.executed("hang") == 1);
    cancelled
        .up()
        .onNext(ExchangeUp.newBuilder().setCancel(Cancel.newBuilder().setReason("x")).build());
    assertThat(cancelled.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.CANCELLED);
    await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.cancelled() == 1);

    Call broken = open("hang", "{}");
    await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.executed("hang") == 2);
    broken.up().cancel("the edge died", null);
    await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.cancelled() == 2);
  }

  @Test
  void aFrameOfAnotherLengthIsRefusedBeforeAnythingIsSent() {
    String frame = ExecutorUnderTest.request("1", "write", "{}", "");
    for (long claimed : new long[] {frame.length() - 1, 0, 1L << 40}) {
      End end = open(Peer.EDGE, "write", frame, claimed).awaitEnd();
      assertThat(end.getOutcomeCase()).isEqualTo(End.OutcomeCase.FAILED);
      assertThat(end.getNotDelivered()).isTrue();
    }
    Call tooShort = open(Peer.EDGE, "write", frame, frame.length() + 1);
    tooShort.finish();
    assertThat(tooShort.awaitEnd().getFailed().getCode()).isEqualTo("malformed_frame");
    assertThat(upstream.executed("write")).isZero();
  }

  @Test
  void onlyEdgeWithItsTokenMayCall() {
    String frame = ExecutorUnderTest.request("1", "write", "{}", "");
    for (Peer peer : List.of(Peer.REGISTRY, Peer.POLICY, Peer.SANDBOX, Peer.AUDIT)) {
      assertThat(open(peer, "write", frame, frame.length()).awaitEnd().getFailed().getCode())
          .isEqualTo("forbidden");
    }
    Call bare = new Call();
    ExecutorGrpc.newStub(channel).exchange(bare);
    await().atMost(ExecutorUnderTest.SOON).until(bare.end::isDone);
    assertThat(bare.end)
        .failsWithin(1, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingRootCause()
        .satisfies(
            failure ->
                assertThat(Status.fromThrowable(failure).getCode())
                    .isEqualTo(Status.Code.UNAUTHENTICATED));
    assertThat(upstream.executed("write")).isZero();
  }

  @Test
  void registryIsToldAgainAfterItWasAwayAndDefinitionsStayInForce() {
    registry.goAway();
    upstream.addTool("while-away");
    assertThat(open("echo", "{}").awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);

    registry.comeBack();

    await()
        .atMost(ExecutorUnderTest.SOON)
        .until(
            () ->
                registry.catalogues().stream()
                    .anyMatch(
                        r ->
                            r.getServer().equals(server)
                                && r.getToolsList().stream()
                                    .anyMatch(t -> t.getName().equals("while-away"))));
    var reports = registry.catalogues().stream().filter(r -> r.getServer().equals(server)).toList();
    assertThat(reports.getLast().getGeneration()).isGreaterThan(reports.getFirst().getGeneration());
    assertThat(reports.getLast().getOwnerEpoch()).isEqualTo(reports.getFirst().getOwnerEpoch());
    assertThat(reports.getLast().getStatus().getHealth()).isEqualTo(Health.HEALTH_READY);
  }

  @Test
  void aConnectionLivesThroughMoreCallsThanItMayBeReset() {
    for (int i = 0; i < 400; i++) {
      assertThat(open("write", "{}").awaitEnd().getOutcomeCase())
          .isEqualTo(End.OutcomeCase.COMPLETED);
    }
  }

  @Test
  void aRemovedServerIsNotCalledAnyMore() {
    registry.remove(ExecutorUnderTest.TENANT, server);

    await()
        .atMost(ExecutorUnderTest.SOON)
        .until(() -> open("write", "{}").awaitEnd().getFailed().getCode().equals("upstream_down"));
  }

  @Test
  void aServerWhoseCallsBreakOffIsGivenARestAndThenTriedAgain() {
    for (int i = 0; i < 20; i++) {
      assertThat(open("die", "{}").awaitEnd().getOutcomeCase())
          .isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
    }

    End resting = open("write", "{}").awaitEnd();

    assertThat(resting.getFailed().getCode()).isEqualTo("upstream_down");
    assertThat(resting.getNotDelivered()).isTrue();
    assertThat(upstream.executed("write")).isZero();
    await()
        .atMost(ExecutorUnderTest.SOON)
        .until(() -> open("write", "{}").awaitEnd().getOutcomeCase() == End.OutcomeCase.COMPLETED);
  }

  @Test
  void outcomesAreCountedWithoutNamingServers() {
    open("echo", "{}").awaitEnd();

    String metrics =
        io.restassured.RestAssured.given().get("/q/metrics").then().extract().asString();

    assertThat(metrics)
        .contains("sallyport_executor_calls_total{outcome=\"ok\"")
        .contains("sallyport_executor_upstreams{health=\"ready\"")
        .doesNotContain(server);
  }

  /** The client's half of one exchange. */
  private static final class Call implements ClientResponseObserver<ExchangeUp, ExchangeDown> {

    private final CompletableFuture<ClientCallStreamObserver<ExchangeUp>> up =
        new CompletableFuture<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final List<ExchangeDown> received = new CopyOnWriteArrayList<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private boolean slow;

    ClientCallStreamObserver<ExchangeUp> up() {
      return up.join();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ExchangeUp> observer) {
      if (slow) {
        observer.disableAutoRequestWithInitial(1);
      }
      up.complete(observer);
    }

    void finish() {
      if (finished.compareAndSet(false, true)) {
        up().onCompleted();
      }
    }

    void readAll() {
      up().request(Integer.MAX_VALUE);
    }

    @Override
    public void onNext(ExchangeDown down) {
      received.add(down);
      if (down.hasEnd()) {
        // As edge does: whoever heard the end has nothing more to say.
        finish();
        end.complete(down.getEnd());
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}

    End awaitEnd() {
      return end.orTimeout(30, TimeUnit.SECONDS).join();
    }

    List<String> parts() {
      return received.stream().map(d -> d.getPartCase().name()).toList();
    }

    List<Integer> chunkSizes() {
      return received.stream()
          .filter(ExchangeDown::hasFrameChunk)
          .map(d -> d.getFrameChunk().size())
          .toList();
    }

    String response() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      received.stream()
          .filter(ExchangeDown::hasFrameChunk)
          .forEach(d -> out.writeBytes(d.getFrameChunk().toByteArray()));
      return out.toString(StandardCharsets.UTF_8);
    }
  }
}
