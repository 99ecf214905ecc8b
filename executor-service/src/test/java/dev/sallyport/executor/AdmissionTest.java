package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.EchoUpstream.Era;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is sent upstream. */
class AdmissionTest {

  private static final String FRAME = ExecutorUnderTest.request("1", "write", "{}", "");

  @TempDir Path folder;

  private ExecutorUnderTest executor;
  private EchoUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    executor = new ExecutorUnderTest(folder.resolve("run"));
    upstream = EchoUpstream.start(Era.MODERN);
    executor.connect(ExecutorUnderTest.http("echo", upstream.url()));
  }

  @AfterEach
  void stop() {
    upstream.close();
    executor.close();
  }

  private String refusal(CallContext context, String frame, Consumer<Open.Builder> change) {
    Buffer bytes = Buffer.buffer(frame);
    Open.Builder header = ExecutorUnderTest.header("echo", "write", bytes.length());
    change.accept(header);
    RecordingSink sink = new RecordingSink();
    executor.exchanges().open(context, header.build(), bytes, sink);
    var end = sink.awaitEnd();
    assertThat(upstream.executed("write")).isZero();
    assertThat(end.getNotDelivered()).isTrue();
    return end.getFailed().getCode();
  }

  private String refusal(Consumer<Open.Builder> change) {
    return refusal(ExecutorUnderTest.context(), FRAME, change);
  }

  @Test
  void anyServiceButEdge() {
    for (Peer peer : Peer.values()) {
      if (peer != Peer.EDGE) {
        assertThat(refusal(CallContext.ofService(peer, "acme"), FRAME, header -> {}))
            .isEqualTo("forbidden");
      }
    }
  }

  @Test
  void aCallWithoutReservationOrWithAnExpiredOne() {
    assertThat(refusal(Open.Builder::clearReservation)).isEqualTo("throttled");
    assertThat(refusal(h -> h.getReservationBuilder().setValidMillis(0))).isEqualTo("throttled");
  }

  @Test
  void aCallWhoseDeadlineHasPassed() {
    assertThat(
            refusal(
                ExecutorUnderTest.context().withDeadline(Duration.ofMillis(-1)), FRAME, h -> {}))
        .isEqualTo("upstream_timeout");
  }

  @Test
  void aFrameThatIsNotWhatItsHeaderSays() {
    assertThat(refusal(h -> h.setFrameName("echo").setUpstreamName("echo")))
        .isEqualTo("header_mismatch");
    assertThat(refusal(h -> h.setMethod("tools/list"))).isEqualTo("header_mismatch");
    assertThat(refusal(h -> h.setUpstreamName(""))).isEqualTo("header_mismatch");
    assertThat(refusal(h -> h.setFrameLength(3))).isEqualTo("malformed_frame");
  }

  @Test
  void aFrameThatParsersCouldReadDifferently() {
    for (String frame :
        new String[] {
          FRAME.replace("\"name\":\"write\"", "\"name\":\"echo\",\"na\\u006de\":\"write\""),
          FRAME + FRAME,
          "[" + FRAME + "]",
          FRAME.replace("\"id\":1,", ""),
          FRAME.replace("\"id\":1", "\"id\":null"),
          "not json"
        }) {
      assertThat(refusal(ExecutorUnderTest.context(), frame, h -> {}))
          .as(frame)
          .isEqualTo("malformed_frame");
    }
  }

  @Test
  void aCallThatWasDecidedOnAnotherDefinition() {
    assertThat(refusal(h -> h.setServerRevision(2))).isEqualTo("conflict");
  }

  @Test
  void anUnknownServerAndAParkedCallThatIsNotHere() {
    assertThat(refusal(h -> h.setServer("nowhere"))).isEqualTo("upstream_down");
    assertThat(
            refusal(h -> h.setParkedHandle(com.google.protobuf.ByteString.copyFromUtf8("handle"))))
        .isEqualTo("not_found");
  }
}
