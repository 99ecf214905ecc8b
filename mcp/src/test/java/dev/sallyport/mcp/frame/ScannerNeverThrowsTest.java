package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.json.JsonTrees;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever comes in is a value in the end, and what is scanned can be worked with. */
class ScannerNeverThrowsTest {

  @Property(tries = 3000)
  void onBytesOfAnyKind(@ForAll byte[] bytes, @ForAll int where) {
    int offset = Math.floorMod(where, bytes.length + 1);

    assertSound(FrameScanner.scan(bytes, offset, bytes.length - offset, Limits.DEFAULT), bytes);
  }

  @Property(tries = 6000)
  void onMessagesWithBytesChanged(
      @ForAll("messages") String message, @ForAll int where, @ForAll byte with, @ForAll int cut) {
    byte[] bytes = message.getBytes(UTF_8);
    bytes[Math.floorMod(where, bytes.length)] = with;
    int length = cut % 3 == 0 ? Math.floorMod(cut, bytes.length) : bytes.length;

    assertSound(FrameScanner.scan(bytes, 0, length, Limits.DEFAULT), bytes);
  }

  @Property(tries = 1500)
  void onWellFormedMessagesWhichAreTaken(@ForAll("messages") String message) {
    byte[] bytes = message.getBytes(UTF_8);

    ScanResult result = FrameScanner.scan(bytes);

    assertThat(result).isInstanceOf(Scanned.class);
    assertSound(result, bytes);
  }

  private static void assertSound(ScanResult result, byte[] bytes) {
    switch (result) {
      case Malformed malformed -> {
        assertThat(malformed.message()).endsWith(".");
        assertThat(malformed.code()).isBetween(-32700, -32600);
        assertInside(malformed.id(), bytes);
      }
      case Scanned scanned -> {
        Frame frame = scanned.frame();
        assertThat(FrameEdit.of(frame).apply()).isEqualTo(frame.whole().bytes(bytes));
        switch (frame) {
          case Frame.Request request -> {
            assertInside(request.id(), bytes);
            assertInside(request.params(), bytes);
          }
          case Frame.Notification notification -> assertInside(notification.params(), bytes);
          case Frame.Response response -> {
            assertInside(response.error(), bytes);
            Span value = response.result();
            assertInside(value, bytes);
            if (value != null) {
              // May find that it is no list, but not fail.
              ToolListScanner.scan(bytes, value);
              FrameEdit.of(response).setMeta("k", new byte[] {'1'}).removeMeta("a").apply();
            }
          }
        }
      }
    }
  }

  private static void assertInside(Params params, byte[] bytes) {
    assertInside(params.span(), bytes);
    assertInside(params.nameSpan(), bytes);
    Span arguments = params.arguments();
    assertInside(arguments, bytes);
    assertInside(params.meta().span(), bytes);
    assertInside(params.meta().progressToken(), bytes);
    params.name();
    params.uri();
    params.meta().protocolVersion();
    if (arguments != null) {
      CanonicalJson.digest(bytes, arguments);
    }
  }

  private static void assertInside(@Nullable Span span, byte[] bytes) {
    if (span != null) {
      assertThat(span.start()).isNotNegative().isLessThan(span.end());
      assertThat(span.end()).isLessThanOrEqualTo(bytes.length);
    }
  }

  @Provide
  Arbitrary<String> messages() {
    Arbitrary<String> values = JsonTrees.values();
    Arbitrary<String> ids = Arbitraries.of("1", "\"a\"", "-5", "\"\\u0061\"");
    Arbitrary<String> calls =
        Combinators.combine(ids, values, values, JsonTrees.strings())
            .as(
                (id, arguments, unknown, name) ->
                    "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"method\":\"tools/call\",\"params\":{\"_meta\":{\"progressToken\":1,\"x\":"
                        + unknown
                        + "},\"name\":"
                        + name
                        + ",\"arguments\":"
                        + arguments
                        + "}}");
    Arbitrary<String> lists =
        Combinators.combine(ids, values, values)
            .as(
                (id, one, schema) ->
                    "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"result\":{\"tools\":["
                        + one
                        + ",{\"name\":\"t\",\"inputSchema\":"
                        + schema
                        + ",\"annotations\":{\"readOnlyHint\":true}}],\"nextCursor\":\"c\",\"_meta\":{\"a\":1}}}");
    Arbitrary<String> errors =
        Combinators.combine(ids, values)
            .as(
                (id, data) ->
                    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32602,\"message\":\"m\",\"data\":"
                        + data
                        + "},\"id\":"
                        + id
                        + "}");
    return Arbitraries.oneOf(calls, lists, errors);
  }
}
