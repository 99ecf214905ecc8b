package dev.sallyport.starlark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.starlark.SpecificationHost.Outcome;
import dev.sallyport.starlark.SpecificationHost.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where Starlark and Python 3 agree, the interpreter agrees with Python: some thousand random
 * expressions and programs of {@link CommonSubset} have the same value, or fail in the same line.
 * The seeds are fixed but for one, which is printed; {@code -Dstarlark.differential.seed=} runs it
 * again.
 */
class PythonDifferentialTest {

  private static final int EXPRESSIONS = 500;
  private static final int PROGRAMS = 150;

  /** {@code {"a": 1} | {}} came with 3.9. */
  private static final Pattern VERSION = Pattern.compile("Python 3\\.(\\d+)");

  private static final Pattern ESCAPED_LETTER = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

  private record Sample(long seed, String source) {
    boolean program() {
      return source.indexOf('\n') >= 0;
    }
  }

  @Test
  void agreesWithPython(@TempDir Path directory) throws IOException, InterruptedException {
    String python = python();
    if (python.isEmpty()) {
      System.out.println("PythonDifferentialTest is skipped: no python3 of 3.9 or newer is found");
    }
    assumeTrue(!python.isEmpty(), "skipped: no python3 of 3.9 or newer is found");
    long seed = Long.getLong("starlark.differential.seed", new Random().nextInt(1_000_000));
    System.out.println("PythonDifferentialTest: -Dstarlark.differential.seed=" + seed);
    List<Sample> samples = new ArrayList<>();
    for (long each : new long[] {1, 2, 3, 4, seed}) {
      CommonSubset subset = new CommonSubset(each);
      for (int i = 0; i < EXPRESSIONS; i++) {
        samples.add(new Sample(each, subset.expression()));
      }
      for (int i = 0; i < PROGRAMS; i++) {
        samples.add(new Sample(each, subset.program()));
      }
    }

    List<String> expected = evaluate(python, samples, directory);

    SpecificationHost host = SpecificationHost.find();
    List<String> differences = new ArrayList<>();
    int values = 0;
    for (int i = 0; i < samples.size(); i++) {
      String want = expected.get(i);
      String have = evaluate(host, samples.get(i));
      boolean same = want.startsWith("!") ? line(have).equals(line(want)) : have.equals(want);
      if (!same) {
        differences.add(
            "seed %d%n%s%n  Python:   %s%n  Starlark: %s%n"
                .formatted(samples.get(i).seed(), samples.get(i).source(), want, have));
      } else if (!want.startsWith("!")) {
        values++;
      }
    }
    assertThat(differences.stream().limit(20))
        .as("%d differences, the first of which are", differences.size())
        .isEmpty();
    assertThat(values)
        .as("samples that have a value, without which the comparison would say nothing")
        .isGreaterThan(samples.size() / 2);
  }

  private static String evaluate(SpecificationHost host, Sample sample) {
    String source =
        sample.program()
            ? sample.source() + "print(repr(f()))\n"
            : "print(repr(" + sample.source() + "))\n";
    Outcome outcome =
        host.run(new Program(source, EnumSet.noneOf(SpecificationHost.Option.class), Map.of()));
    if (outcome.failure() != null) {
      return "!" + outcome.failure().line() + " " + outcome.failure().message();
    }
    return "=" + unescaped(String.join("\n", outcome.prints()));
  }

  /** That it failed, and in which line; the words are anyone's own. */
  private static String line(String error) {
    return error.startsWith("!") ? error.substring(0, error.indexOf(' ')) : error;
  }

  /** The specification lets {@code repr} write a letter beyond ASCII or its escape. */
  private static String unescaped(String text) {
    return ESCAPED_LETTER
        .matcher(text)
        .replaceAll(
            match -> {
              int c = Integer.parseInt(match.group(1), 16);
              return Matcher.quoteReplacement(c < 0x80 ? match.group() : Character.toString(c));
            });
  }

  private static List<String> evaluate(String python, List<Sample> samples, Path directory)
      throws IOException, InterruptedException {
    Path script = directory.resolve("oracle.py");
    try (InputStream oracle =
        PythonDifferentialTest.class.getResourceAsStream("/differential/oracle.py")) {
      Files.copy(Objects.requireNonNull(oracle), script);
    }
    Path input = directory.resolve("samples.txt");
    Files.write(
        input, samples.stream().map(sample -> sample.source().replace('\n', '\1')).toList(), UTF_8);
    Path output = directory.resolve("values.txt");
    Path errors = directory.resolve("errors.txt");
    Process process =
        new ProcessBuilder(python, "-W", "ignore", script.toString(), input.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("python3 does not end");
    }
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    List<String> values = Files.readAllLines(output, UTF_8);
    assertThat(values).hasSameSizeAs(samples);
    return values;
  }

  /** The command, or nothing. */
  private static String python() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("python3", "--version").redirectErrorStream(true).start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      Matcher version = VERSION.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
      return version.lookingAt() && Integer.parseInt(version.group(1)) >= 9 ? "python3" : "";
    } catch (IOException e) {
      return "";
    }
  }
}
