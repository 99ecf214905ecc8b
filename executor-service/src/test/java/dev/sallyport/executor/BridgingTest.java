package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.conformance.ConformanceFixture;
import dev.sallyport.conformance.ConformanceFixture.Eras;
import dev.sallyport.executor.exchange.Exchange;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.SessionEnded;
import dev.sallyport.proto.executor.v1.SessionNotice;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Input in mid-call in all four cells, with the SDK's own server behind each transport. */
class BridgingTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ALL = "{\"elicitation\":{},\"sampling\":{},\"roots\":{}}";
  private static final String ACCEPT =
      "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\",\"username\":\"ada\",\"email\":\"a@b.c\"}}";

  private static ConformanceFixture fixture;

  @TempDir Path folder;

  private ExecutorUnderTest executor;

  @BeforeAll
  static void startFixture() {
    fixture = ConformanceFixture.start(Eras.BOTH);
  }

  @AfterAll
  static void stopFixture() {
    fixture.close();
  }

  @BeforeEach
  void start() throws Exception {
    executor = new ExecutorUnderTest(folder.resolve("run"));
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  static Stream<ServerDefinition> legacyServers() {
    return Stream.of(
        pinned(ExecutorUnderTest.http("http", fixture.url().toString()), "2025-11-25"),
        pinned(
            ExecutorUnderTest.stdio("stdio", ConformanceFixture.stdio(Eras.LEGACY)), "2025-11-25"));
  }

  static Stream<ServerDefinition> modernServers() {
    return Stream.of(
        pinned(ExecutorUnderTest.http("http", fixture.url().toString()), "2026-07-28"),
        pinned(
            ExecutorUnderTest.stdio("stdio", ConformanceFixture.stdio(Eras.MODERN)), "2026-07-28"));
  }

  private static ServerDefinition pinned(ServerDefinition server, String version) {
    return server.toBuilder().setProtocolVersion(version).build();
  }

  @ParameterizedTest
  @MethodSource("legacyServers")
  void aLegacyClientIsAskedByALegacyServer(ServerDefinition server) {
    executor.connect(server);
    RecordingSink sink = new RecordingSink();
    Exchange call = legacy(server, "test_elicitation", "{\"message\":\"who?\"}", ALL, sink);

    await().atMost(SOON).until(() -> sink.questions().size() == 1);
    answer(call, sink.questions().getFirst(), ACCEPT);

    assertThat(sink.awaitEnd().hasCompleted()).isTrue();
    assertThat(sink.questions().getFirst()).contains("\"method\":\"elicitation/create\"", "who?");
    assertThat(sink.response()).contains("\"id\":1").contains("ada");
  }

  @ParameterizedTest
  @MethodSource("modernServers")
  void aLegacyClientIsAskedForWhatAModernServerWaitsFor(ServerDefinition server) {
    executor.connect(server);
    RecordingSink sink = new RecordingSink();
    Exchange call = legacy(server, "test_input_required_result_multiple_inputs", "{}", ALL, sink);

    await().atMost(SOON).until(() -> sink.questions().size() == 3);
    for (String question : sink.questions()) {
      answer(call, question, resultFor(question));
    }

    assertThat(sink.awaitEnd().hasCompleted()).isTrue();
    assertThat(sink.response()).contains("\"content\":[").doesNotContain("input_required");
  }

  @ParameterizedTest
  @MethodSource("legacyServers")
  void aModernClientsCallIsParkedUntilItBringsWhatALegacyServerAsks(ServerDefinition server) {
    executor.connect(server);
    RecordingSink first = new RecordingSink();
    modern(server, "test_input_required_result_multiple_inputs", "", ByteString.EMPTY, first);
    assertThat(first.awaitEnd().hasWaiting()).isTrue();
    String requests = first.parked().getInputRequests().toStringUtf8();
    assertThat(requests)
        .as("what is asked at once is asked together")
        .contains("elicitation/create", "sampling/createMessage", "roots/list");

    RecordingSink half = new RecordingSink();
    modern(
        server,
        "test_input_required_result_multiple_inputs",
        ",\"inputResponses\":{}",
        first.parked().getHandle(),
        half);
    assertThat(half.awaitEnd().hasWaiting()).as("what is missing is asked again").isTrue();

    RecordingSink last = new RecordingSink();
    modern(
        server,
        "test_input_required_result_multiple_inputs",
        ",\"inputResponses\":" + answers(half.parked().getInputRequests().toStringUtf8()),
        half.parked().getHandle(),
        last);

    assertThat(last.awaitEnd().hasCompleted()).isTrue();
    assertThat(last.response()).contains("\"resultType\":\"complete\"").contains("\"content\":[");
    assertThat(executor.exchanges().parked()).isZero();
  }

  @Test
  void aHandleIsGoodOnceAndForItsCallerAndItsCallOnly() {
    ServerDefinition server = legacyServers().findFirst().orElseThrow();
    executor.connect(server);
    RecordingSink first = new RecordingSink();
    modern(server, "test_input_required_result_elicitation", "", ByteString.EMPTY, first);
    first.awaitEnd();
    ByteString handle = first.parked().getHandle();

    assertThat(resumedBy("vk_other", server, "test_input_required_result_elicitation", handle))
        .isEqualTo("not_found");
    assertThat(resumedBy("vk_test", server, "test_input_required_result_sampling", handle))
        .as("another call, which also uses the handle up")
        .isEqualTo("not_found");
    assertThat(resumedBy("vk_test", server, "test_input_required_result_elicitation", handle))
        .isEqualTo("not_found");
  }

  @Test
  void theWaitingCallsOfACallerThatIsRevokedAreGivenUpAndNoOthers() {
    // Given a call of each of two callers that waits for input
    ServerDefinition server = legacyServers().findFirst().orElseThrow();
    executor.connect(server);
    String tool = "test_input_required_result_elicitation";
    RecordingSink revoked = new RecordingSink();
    open("vk_revoked", server, tool, "", BridgingTest::declaringAll, revoked);
    RecordingSink other = new RecordingSink();
    open("vk_other", server, tool, "", BridgingTest::declaringAll, other);
    assertThat(revoked.awaitEnd().hasWaiting()).isTrue();
    assertThat(other.awaitEnd().hasWaiting()).isTrue();
    CallContext edge = CallContext.ofService(Peer.EDGE, ExecutorUnderTest.TENANT);

    // When one of the two may call no more; of another tenant's, nothing is
    assertThat(
            executor
                .exchanges()
                .endCaller(
                    CallContext.ofService(Peer.EDGE, ExecutorUnderTest.OTHER_TENANT), "vk_revoked"))
        .isZero();
    assertThat(executor.exchanges().endCaller(edge, "vk_revoked")).isEqualTo(1);

    // Then its call is gone, upstream too, and the other's waits
    assertThat(executor.exchanges().parked()).isEqualTo(1);
    assertThat(resumedBy("vk_revoked", server, tool, revoked.parked().getHandle()))
        .isEqualTo("not_found");
    RecordingSink answered = new RecordingSink();
    open(
        "vk_other",
        server,
        tool,
        ",\"inputResponses\":" + answers(other.parked().getInputRequests().toStringUtf8()),
        header -> declaringAll(header).setParkedHandle(other.parked().getHandle()),
        answered);
    assertThat(answered.awaitEnd().hasCompleted()).isTrue();
  }

  private String resumedBy(String caller, ServerDefinition server, String tool, ByteString handle) {
    RecordingSink sink = new RecordingSink();
    open(caller, server, tool, "", header -> header.setParkedHandle(handle), sink);
    return sink.awaitEnd().getFailed().getCode();
  }

  @Test
  void aServerIsToldExactlyWhatTheClientCanDo() {
    ServerDefinition server = legacyServers().findFirst().orElseThrow();
    executor.connect(server);
    RecordingSink sink = new RecordingSink();
    open(
        "vk_test",
        server,
        "test_input_required_result_capabilities",
        "",
        header -> header.setClientCapabilities(ByteString.copyFromUtf8("{\"sampling\":{}}")),
        sink);

    sink.awaitEnd();

    assertThat(sink.parked().getInputRequests().toStringUtf8())
        .contains("sampling/createMessage")
        .doesNotContain("elicitation/create");
  }

  @Test
  void aClientThatCanDoNothingSharesTheConnection() {
    ServerDefinition server = legacyServers().toList().getLast();
    executor.connect(server);
    long before = programs();

    RecordingSink sink = executor.call("stdio", "test_simple_text", "{}");

    assertThat(sink.response()).contains("\"text\"");
    assertThat(programs()).isEqualTo(before);
  }

  @Test
  void theProgramOfASessionEndsWithTheSession() {
    ServerDefinition server = legacyServers().toList().getLast();
    executor.connect(server);
    long shared = programs();
    RecordingSink sink = new RecordingSink();
    legacy(server, "test_simple_text", "{}", ALL, sink);
    sink.awaitEnd();
    assertThat(programs()).isEqualTo(shared + 1);

    int ended =
        executor
            .exchanges()
            .tell(
                ExecutorUnderTest.context(),
                SessionNotice.newBuilder()
                    .setSession("session-1")
                    .setEnded(SessionEnded.getDefaultInstance())
                    .build());

    assertThat(ended).isEqualTo(1);
    await().atMost(SOON).until(() -> programs() == shared);
  }

  @Test
  void anotherTenantCannotEndASession() {
    ServerDefinition server = legacyServers().findFirst().orElseThrow();
    executor.connect(server);
    RecordingSink sink = new RecordingSink();
    legacy(server, "test_simple_text", "{}", ALL, sink);
    sink.awaitEnd();

    int ended =
        executor
            .exchanges()
            .tell(
                CallContext.ofService(Peer.EDGE, ExecutorUnderTest.OTHER_TENANT),
                SessionNotice.newBuilder()
                    .setSession("session-1")
                    .setEnded(SessionEnded.getDefaultInstance())
                    .build());

    assertThat(ended).isZero();
  }

  /** Programs of the fixture that this JVM has below it. */
  private static long programs() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(arguments -> List.of(arguments).contains("stdio"))
                    .orElse(false))
        .count();
  }

  private Exchange legacy(
      ServerDefinition server,
      String tool,
      String arguments,
      String capabilities,
      RecordingSink sink) {
    Buffer frame =
        Buffer.buffer(
            ExecutorUnderTest.request("1", tool, arguments, "").getBytes(StandardCharsets.UTF_8));
    return executor
        .exchanges()
        .open(
            context("vk_test"),
            ExecutorUnderTest.header(server.getName(), tool, frame.length())
                .setClientEra(Era.ERA_LEGACY)
                .setClientProtocolVersion("2025-11-25")
                .setIsolationKey("session-1")
                .setClientCapabilities(ByteString.copyFromUtf8(capabilities))
                .build(),
            frame,
            sink);
  }

  private void modern(
      ServerDefinition server, String tool, String more, ByteString handle, RecordingSink sink) {
    open(
        "vk_test",
        server,
        tool,
        more,
        header -> declaringAll(header).setParkedHandle(handle),
        sink);
  }

  private static Open.Builder declaringAll(Open.Builder header) {
    return header.setClientCapabilities(ByteString.copyFromUtf8(ALL));
  }

  private void open(
      String caller,
      ServerDefinition server,
      String tool,
      String more,
      java.util.function.UnaryOperator<Open.Builder> header,
      RecordingSink sink) {
    Buffer frame =
        Buffer.buffer(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":{}"
                + more
                + "}}");
    Exchange ignored =
        executor
            .exchanges()
            .open(
                context(caller),
                header
                    .apply(ExecutorUnderTest.header(server.getName(), tool, frame.length()))
                    .build(),
                frame,
                sink);
  }

  private static CallContext context(String caller) {
    return new CallContext(
            ExecutorUnderTest.TENANT,
            caller,
            Peer.EDGE,
            CallId.next(),
            null,
            Long.MAX_VALUE,
            null,
            null)
        .withDeadline(Duration.ofSeconds(30));
  }

  private static void answer(Exchange call, String question, String result) {
    int space = question.indexOf(' ');
    call.respond(
        question.substring(0, space),
        Buffer.buffer("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":" + result + "}"));
  }

  private static String resultFor(String request) {
    if (request.contains("roots/list")) {
      return "{\"roots\":[]}";
    }
    return request.contains("sampling/createMessage")
        ? "{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"hi\"},\"model\":\"m\"}"
        : ACCEPT;
  }

  private static String answers(String inputRequests) {
    StringBuilder all = new StringBuilder("{");
    java.util.regex.Matcher each =
        java.util.regex.Pattern.compile("\"(input-[0-9]+)\":\\{\"method\":\"([^\"]+)\"")
            .matcher(inputRequests);
    while (each.find()) {
      all.append(all.length() > 1 ? "," : "")
          .append('"')
          .append(each.group(1))
          .append("\":")
          .append(resultFor(each.group(2)));
    }
    return all.append('}').toString();
  }
}
