package dev.sallyport.bench.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.LineSafe;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.TokenEstimate;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The byte path of a call and of its result. Time is per frame; with {@code -prof gc} the bytes
 * allocated per frame are printed too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC"})
public class FrameBenchmark {

  private static final byte[] UPSTREAM_ID = "\"c-4711\"".getBytes(US_ASCII);
  private static final byte[] UPSTREAM_NAME = "\"get_forecast\"".getBytes(US_ASCII);
  private static final byte[] TOKEN = "4711".getBytes(US_ASCII);
  private static final Limits ANY_SIZE = new Limits(Integer.MAX_VALUE, 512);
  private static final ObjectMapper JACKSON = new ObjectMapper();

  /** Results of several sizes. */
  @State(Scope.Benchmark)
  public static class Results {

    @Param({"65536", "10485760"})
    public int size;

    private byte[] text = {};
    private byte[] structured = {};
    private Frame.Response scannedText = response(Frames.result(1));
    private Frame.Response scannedStructured = response(Frames.structured(1));

    /** Writes the frames. */
    @org.openjdk.jmh.annotations.Setup
    public void write() {
      text = Frames.result(size);
      structured = Frames.structured(size);
      scannedText = response(text);
      scannedStructured = response(structured);
    }
  }

  @Benchmark
  public ScanResult scanLegacyCall() {
    return FrameScanner.scan(Frames.LEGACY_CALL);
  }

  @Benchmark
  public ScanResult scanModernCall() {
    return FrameScanner.scan(Frames.MODERN_CALL);
  }

  /** What the gateway does to a call: other id, other tool name, other progress token. */
  @Benchmark
  public byte[] scanAndSpliceLegacyCall() {
    return splice(Frames.LEGACY_CALL);
  }

  @Benchmark
  public byte[] scanAndSpliceModernCall() {
    return splice(Frames.MODERN_CALL);
  }

  /** The same by a tree of objects, which is what the gateway does not do. */
  @Benchmark
  public byte[] treeOfLegacyCall() throws IOException {
    ObjectNode call = (ObjectNode) JACKSON.readTree(Frames.LEGACY_CALL);
    call.put("id", "c-4711");
    ObjectNode params = (ObjectNode) call.get("params");
    params.put("name", "get_forecast");
    JsonNode meta = params.get("_meta");
    ((ObjectNode) meta).put("progressToken", 4711);
    return JACKSON.writeValueAsBytes(call);
  }

  @Benchmark
  public ScanResult scanTextResult(Results results) {
    return FrameScanner.scan(results.text);
  }

  @Benchmark
  public ScanResult scanStructuredResult(Results results) {
    return FrameScanner.scan(results.structured);
  }

  /** What the gateway does to a result: the client's id, one line. */
  @Benchmark
  public byte[] scanAndSpliceTextResult(Results results) {
    Frame.Response response =
        (Frame.Response) ((ScanResult.Scanned) FrameScanner.scan(results.text)).frame();
    return LineSafe.singleLine(
        FrameEdit.of(response).replace(Objects.requireNonNull(response.id()), TOKEN).apply());
  }

  /** How many tokens a result is to a model, beside the scan that goes before. */
  @Benchmark
  public long estimateTextResult(Results results) {
    return TokenEstimate.of(results.scannedText);
  }

  @Benchmark
  public long estimateStructuredResult(Results results) {
    return TokenEstimate.of(results.scannedStructured);
  }

  private static Frame.Response response(byte[] frame) {
    return (Frame.Response)
        ((ScanResult.Scanned) FrameScanner.scan(frame, 0, frame.length, ANY_SIZE)).frame();
  }

  static byte[] splice(byte[] frame) {
    Frame.Request call = (Frame.Request) ((ScanResult.Scanned) FrameScanner.scan(frame)).frame();
    Span name = Objects.requireNonNull(call.params().nameSpan());
    if (call.params().name() == null) {
      throw new IllegalStateException();
    }
    return LineSafe.singleLine(
        FrameEdit.of(call)
            .replace(call.id(), UPSTREAM_ID)
            .replace(name, UPSTREAM_NAME)
            .replace(Objects.requireNonNull(call.params().meta().progressToken()), TOKEN)
            .apply());
  }
}
