package dev.sallyport.cli.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunStarlarkTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder = Path.of("");

  @Test
  void printsWhatTheFilePrintsAndEndsWell() throws IOException {
    assertThat(run("def f(n):\n    return n * 2\nprint(f(21))\n")).isZero();

    assertThat(text(out)).isEqualTo("42\n");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void anErrorHasItsPlaceAndTheStatusOne() throws IOException {
    assertThat(run("def f(n):\n    return n / 0\nprint(1)\nf(1)\n")).isEqualTo(1);

    assertThat(text(out)).isEqualTo("1\n");
    assertThat(text(err)).contains("script.star:2:").contains("zero").contains("f");
  }

  @Test
  void whatIsOffIsRefusedAndItsOptionTurnsItOn() throws IOException {
    String loop = "x = 0\nfor i in range(3):\n    x += i\nprint(x)\n";
    assertThat(run(loop)).isEqualTo(1);
    assertThat(text(err)).contains("script.star:2:");

    assertThat(run(loop, "--code-mode")).isZero();
    assertThat(text(out)).isEqualTo("3\n");
    assertThat(run("def f(n):\n    return n if n < 2 else f(n - 1)\nf(5)\n")).isEqualTo(1);
    assertThat(run("def f(n):\n    return n if n < 2 else f(n - 1)\nf(5)\n", "--recursion"))
        .isZero();
    assertThat(run("print(len(set([1, 1])))\n")).isEqualTo(1);
    assertThat(run("print(len(set([1, 1])))\n", "--sets")).isZero();
  }

  @Test
  void aFileThatIsNotThereAndALimitThatIsReachedSaySo() throws IOException {
    assertThat(execute(folder.resolve("none.star").toString())).isEqualTo(1);
    assertThat(text(err)).contains("cannot be read");

    assertThat(run("x = [i for i in range(1000000)]\n", "--steps", "1000")).isEqualTo(1);
    assertThat(text(err)).contains("steps");
    assertThat(run("x = 'a' * (1 << 30)\n", "--bytes", "1000000")).isEqualTo(1);
    assertThat(text(err)).contains("bytes");
  }

  private int run(String script, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("script.star"), script);
    return execute(
        Stream.concat(Stream.of(options), Stream.of(file.toString())).toArray(String[]::new));
  }

  private int execute(String... arguments) {
    return new CommandLine(
            new RunStarlark(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)))
        .execute(arguments);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
