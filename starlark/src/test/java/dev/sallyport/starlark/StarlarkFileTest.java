package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StarlarkFileTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String source) throws IOException {
    Path file = directory.resolve("script.star");
    Files.writeString(file, source);
    return run(file);
  }

  private int run(Path file) {
    HostFunction wait =
        new HostFunction(
            "wait",
            "",
            call -> {
              throw new Suspended("later");
            });
    return new StarlarkFile(Dialect.CODE_MODE, Limits.DEFAULT, Environment.of(Map.of("wait", wait)))
        .run(
            file,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
  }

  @Test
  void aFileThatRunsPrintsAndIsWell() throws IOException {
    int status = run("for x in [1, 'é']:\n  print(x, x)\n");

    assertThat(status).isEqualTo(StarlarkFile.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("1 1\né é\n");
    assertThat(errors()).isEmpty();
  }

  @Test
  void anErrorHasItsPlaceItsStackAndAHint() throws IOException {
    int status = run("def f(x):\n  return x.uper()\nprint('begin')\nf('a')\n");

    assertThat(status).isEqualTo(StarlarkFile.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("begin\n");
    assertThat(errors())
        .isEqualTo(
            """
            script.star:2:12: string has no .uper field or method
              script.star:2:12: in f
              script.star:4:1: in <toplevel>
            hint: did you mean upper?
            """);
  }

  @Test
  void everyErrorOfTheTextIsShownAndNothingRuns() throws IOException {
    int status = run("print('never')\nfoo()\nbar()\n");

    assertThat(status).isEqualTo(StarlarkFile.FAILED);
    assertThat(out.size()).isZero();
    assertThat(errors())
        .isEqualTo("script.star:2:1: undefined: foo\nscript.star:3:1: undefined: bar\n");
  }

  @Test
  void aTextThatIsNoProgramFails() throws IOException {
    assertThat(run("x = (\n")).isEqualTo(StarlarkFile.FAILED);
    assertThat(errors()).isEqualTo("script.star:1:5: '(' is never closed\n");
  }

  @Test
  void aScriptThatWaitsFails() throws IOException {
    assertThat(run("wait()\n")).isEqualTo(StarlarkFile.FAILED);
    assertThat(errors()).contains("waits for something");
  }

  @Test
  void aFileThatIsNotThereFails() {
    assertThat(run(directory.resolve("none.star"))).isEqualTo(StarlarkFile.FAILED);
    assertThat(errors()).isEqualTo("none.star: the file cannot be read\n");
  }
}
