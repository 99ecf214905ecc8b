package dev.sallyport.sandbox.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

/** The pipe: what is written is read, and nothing else is. */
class FramesTest {

  private static final int LONGEST = 1 << 16;
  private static final RecursiveComparisonConfiguration BY_VALUE =
      RecursiveComparisonConfiguration.builder().build();

  @Property
  void everyMessageUpIsReadAsItWasWritten(@ForAll("ups") Up up) throws IOException {
    Up.Reader reader = new Up.Reader(new ByteArrayInputStream(Up.encode(up)), LONGEST);
    assertThat(reader.next()).usingRecursiveComparison(BY_VALUE).isEqualTo(up);
    assertThat(reader.next()).isNull();
  }

  @Property
  void everyMessageDownIsReadAsItWasWritten(@ForAll("downs") Down down) throws IOException {
    Down.Reader reader = new Down.Reader(new ByteArrayInputStream(Down.encode(down)), LONGEST);
    assertThat(reader.next()).usingRecursiveComparison(BY_VALUE).isEqualTo(down);
    assertThat(reader.next()).isNull();
  }

  @Property(tries = 5_000)
  void anyBytesAreReadToAnEnd(@ForAll byte[] bytes) throws IOException {
    readToTheEnd(bytes);
  }

  @Property(tries = 5_000)
  void aMessageThatIsMutilatedIsReadToAnEnd(
      @ForAll("downs") Down down, @ForAll("ups") Up up, @ForAll int at, @ForAll byte other)
      throws IOException {
    for (byte[] frame : List.of(Down.encode(down), Up.encode(up))) {
      byte[] mutilated = frame.clone();
      mutilated[Math.floorMod(at, frame.length)] = other;
      readToTheEnd(mutilated);
      readToTheEnd(Arrays.copyOf(frame, Math.floorMod(at, frame.length)));
    }
  }

  private static void readToTheEnd(byte[] bytes) throws IOException {
    try {
      Down.Reader down = new Down.Reader(new ByteArrayInputStream(bytes), LONGEST);
      while (down.next() != null) {
        // Each takes at least five bytes.
      }
    } catch (MalformedFrame e) {
      assertThat(e).hasMessageNotContaining("null");
    }
    try {
      Up.Reader up = new Up.Reader(new ByteArrayInputStream(bytes), LONGEST);
      while (up.next() != null) {
        // Each takes at least five bytes.
      }
    } catch (MalformedFrame e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  @Test
  void aFrameThatIsTooLongIsRefusedBeforeItIsRead() {
    byte[] frame = Down.encode(new Down.Output(new byte[100]));

    assertThatExceptionOfType(MalformedFrame.class)
        .isThrownBy(() -> new Down.Reader(new ByteArrayInputStream(frame), 50).next())
        .withMessage("a frame of 105 bytes; at most 50 are read");
  }

  @Test
  void aLengthReservesNothing() {
    // 1 GiB, of which nothing comes; the heap of the tests is smaller.
    byte[] frame = {0x40, 0, 0, 0, 3};

    assertThatExceptionOfType(MalformedFrame.class)
        .isThrownBy(
            () -> new Down.Reader(new ByteArrayInputStream(frame), Integer.MAX_VALUE).next());
  }

  @Provide
  Arbitrary<Up> ups() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20).filter(FramesTest::isWhole);
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
    Arbitrary<Up.RunCaps> caps =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(1),
                Arbitraries.integers().greaterOrEqual(1),
                Arbitraries.integers().greaterOrEqual(1))
            .as((wide, a, b) -> new Up.RunCaps(wide, wide, a, b, wide, a, b));
    Arbitrary<Up.Space> spaces =
        Combinators.combine(texts, texts.list().ofMaxSize(4)).as(Up.Space::new);
    return Arbitraries.oneOf(
        Combinators.combine(
                bytes,
                caps,
                spaces.list().ofMaxSize(4),
                Arbitraries.longs(),
                Arbitraries.of(true, false))
            .as(Up.Start::new),
        Combinators.combine(texts, bytes)
            .as((step, json) -> new Up.Answer(step, new Up.Outcome.Value(json))),
        Combinators.combine(texts, texts, texts)
            .as((step, code, message) -> new Up.Answer(step, new Up.Outcome.Failed(code, message))),
        texts.map(step -> new Up.Answer(step, new Up.Outcome.Suspended())),
        texts.map(Up.Stop::new));
  }

  @Provide
  Arbitrary<Down> downs() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20).filter(FramesTest::isWhole);
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
    Arbitrary<Integer> counts = Arbitraries.integers().greaterOrEqual(0);
    Arbitrary<Down.How> hows =
        Arbitraries.oneOf(
            bytes.map(Down.How.Result::new),
            Combinators.combine(
                    Arbitraries.of(Down.Kind.values()), texts, counts, counts, texts, texts, texts)
                .as(Down.How.Failed::new),
            texts.list().ofMaxSize(5).map(Down.How.Suspended::new),
            Combinators.combine(Arbitraries.of(true, false), texts, counts).as(Down.How.Dry::new));
    Arbitrary<Down.Figures> figures =
        Arbitraries.longs().greaterOrEqual(0).map(n -> new Down.Figures(n, n / 2, n / 3));
    return Arbitraries.oneOf(
        Arbitraries.integers().map(Down.Ready::new),
        Combinators.combine(texts, counts, counts, bytes, counts).as(Down.Call::new),
        bytes.map(Down.Output::new),
        Combinators.combine(hows, figures).as(Down.End::new));
  }

  private static boolean isWhole(String text) {
    return new String(
            text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8)
        .equals(text);
  }
}
