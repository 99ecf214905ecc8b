package dev.sallyport.sandbox.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.sandbox.v1.DescribeRequest;
import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.proto.sandbox.v1.RunDown;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunUp;
import dev.sallyport.proto.sandbox.v1.SandboxGrpc;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.Stop;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.pool.StartingWorkers;
import dev.sallyport.sandbox.pool.Workers;
import dev.sallyport.testkit.service.ServiceKeys;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sandbox as a service: gRPC in front, real workers behind. */
@QuarkusTest
@QuarkusTestResource(
    value = ServiceKeys.class,
    initArgs = {
      @ResourceArg(name = "service", value = "sandbox"),
      @ResourceArg(name = "processes", value = "true")
    })
class RunStreamTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject StartingWorkers starting;

  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", RestAssured.port).usePlaintext().build();
    // On a busy machine the first worker takes longer to start than a run waits for one.
    await()
        .atMost(SOON)
        .until(() -> starting.get().filter(workers -> workers.pool().idle() > 0).isPresent());
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  private static ClientInterceptor tokenOf(Peer peer) {
    Path folder = Path.of(ConfigProvider.getConfig().getValue("test.service.keys", String.class));
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-sallyport-service", Metadata.ASCII_STRING_MARSHALLER), peer.wireName());
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + ServiceKeys.tokensOf(folder, peer).mint(Peer.SANDBOX));
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** The stream of one run, as edge has it. */
  private static final class Stream implements ClientResponseObserver<RunUp, RunDown> {
    private final List<RunDown> parts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<RunEnd> end = new CompletableFuture<>();
    private final CompletableFuture<Boolean> completed = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<RunUp> up;
    private boolean finished;

    @Override
    public void beforeStart(ClientCallStreamObserver<RunUp> stream) {
      up = stream;
    }

    private ClientCallStreamObserver<RunUp> up() {
      if (up == null) {
        throw new IllegalStateException("the stream was not opened");
      }
      return up;
    }

    private void say(RunUp.Builder part) {
      up().onNext(part.build());
    }

    private RunEnd awaitEnd() throws Exception {
      return end.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private List<ToolCall> calls() {
      return parts.stream().filter(RunDown::hasToolCall).map(RunDown::getToolCall).toList();
    }

    @Override
    public void onNext(RunDown part) {
      parts.add(part);
      if (part.hasEnd()) {
        end.complete(part.getEnd());
        finish();
      }
    }

    private synchronized void finish() {
      if (!finished) {
        finished = true;
        up().onCompleted();
      }
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
      completed.complete(false);
    }

    @Override
    public void onCompleted() {
      completed.complete(true);
    }
  }

  private Stream open(Peer peer) {
    Stream stream = new Stream();
    SandboxGrpc.newStub(channel).withInterceptors(tokenOf(peer)).run(stream);
    return stream;
  }

  private Stream run(Peer peer, String script) {
    Stream stream = open(peer);
    stream.say(
        RunUp.newBuilder()
            .setStart(
                Start.newBuilder()
                    .setContext(CallContexts.toProto(CallContext.ofService(peer, "acme")))
                    .setScript(ByteString.copyFromUtf8(script))
                    .addNamespaces(
                        ScriptNamespace.newBuilder()
                            .setName("fs")
                            .setServer("files")
                            .addFunctions(
                                ScriptFunction.newBuilder().setName("read").setTool("read")))));
    return stream;
  }

  @Test
  void aRunGoesBackAndForthOnOneStream() throws Exception {
    Stream stream = run(Peer.EDGE, "print(\"hi\")\nresult = fs.read(path=\"a\")");
    await().atMost(SOON).until(() -> stream.calls().size() == 1);
    stream.say(
        RunUp.newBuilder()
            .setToolResult(
                ToolResult.newBuilder()
                    .setStep(stream.calls().getFirst().getStep())
                    .setValue(ByteString.copyFromUtf8("[1,2]"))));

    assertThat(stream.awaitEnd().getResult().toStringUtf8()).isEqualTo("[1,2]");
    assertThat(stream.completed.get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(stream.parts.getFirst().getStarted().getIsolation())
        .isNotEqualTo(Isolation.ISOLATION_UNSPECIFIED);
    assertThat(stream.parts)
        .extracting(RunDown::getPartCase)
        .containsExactly(
            RunDown.PartCase.STARTED,
            RunDown.PartCase.OUTPUT,
            RunDown.PartCase.TOOL_CALL,
            RunDown.PartCase.END);
  }

  @Test
  void refusesEveryPeerButEdge() throws Exception {
    for (Peer peer : List.of(Peer.EXECUTOR, Peer.POLICY, Peer.REGISTRY, Peer.AUDIT)) {
      assertThat(run(peer, "result = 1").awaitEnd().getFailed().getCode())
          .as(peer.wireName())
          .isEqualTo("forbidden");
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> describe(peer))
          .satisfies(
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
    }
  }

  private Isolation describe(Peer peer) {
    return SandboxGrpc.newBlockingStub(channel)
        .withInterceptors(tokenOf(peer))
        .describe(
            DescribeRequest.newBuilder()
                .setContext(CallContexts.toProto(CallContext.ofService(peer, "acme")))
                .build())
        .getIsolation();
  }

  @Test
  void describesItselfAndIsReady() {
    assertThat(describe(Peer.EDGE)).isNotEqualTo(Isolation.ISOLATION_UNSPECIFIED);
    assertThat(RestAssured.get("/q/health/ready").asString())
        .contains("\"name\": \"sandbox\"", "\"isolation\"");
  }

  @Test
  void aStreamThatIsCancelledStopsTheRun() throws Exception {
    Workers workers = starting.get().orElseThrow();
    Stream stream = run(Peer.EDGE, "fs.read()");
    await().atMost(SOON).until(() -> stream.calls().size() == 1);
    List<Long> had = workers.pool().pidsOf("acme");

    stream.up().cancel("the client went away", null);

    await().atMost(SOON).until(() -> workers.pool().busy() == 0);
    await()
        .atMost(SOON)
        .until(() -> workers.pool().pidsOf("acme").stream().noneMatch(had::contains));
  }

  @Test
  void aStreamWhoseUpwardHalfEndsEarlyStopsTheRun() throws Exception {
    Stream stream = run(Peer.EDGE, "fs.read()");
    await().atMost(SOON).until(() -> stream.calls().size() == 1);

    stream.finish();

    assertThat(stream.awaitEnd().getFailed().getCode()).isEqualTo("cancelled");
  }

  @Test
  void stopEndsTheRun() throws Exception {
    Stream stream = run(Peer.EDGE, "fs.read()");
    await().atMost(SOON).until(() -> stream.calls().size() == 1);

    stream.say(RunUp.newBuilder().setStop(Stop.getDefaultInstance()));

    assertThat(stream.awaitEnd().getFailed().getCode()).isEqualTo("cancelled");
  }

  @Test
  void aStreamThatDoesNotBeginWithStartIsRefused() throws Exception {
    Stream stream = open(Peer.EDGE);
    stream.say(RunUp.newBuilder().setToolResult(ToolResult.newBuilder().setStep("1")));

    assertThat(stream.awaitEnd().getFailed().getCode()).isEqualTo("invalid_params");
  }
}
