package dev.sallyport.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each promise of docs/threat-model.md names tests that exist. */
class ThreatModelTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

  @Test
  void namesOnlyTestsThatExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    Matcher matcher = TEST.matcher(model());
    int named = 0;
    while (matcher.find()) {
      named++;
      String source = sources.getOrDefault(matcher.group(1), "");
      if (!source.contains("void " + matcher.group(2) + "(")) {
        missing.add(matcher.group());
      }
    }

    assertThat(named).isGreaterThan(20);
    assertThat(missing).isEmpty();
  }

  @Test
  void leavesNoPromiseWithoutATest() throws IOException {
    String promises =
        model().substring(model().indexOf("## Callers"), model().indexOf("## Not promised yet"));

    List<String> bare =
        Stream.of(promises.split("\n- "))
            .skip(1)
            .filter(promise -> !TEST.matcher(promise).find())
            .toList();

    assertThat(bare).isEmpty();
  }

  private static String model() throws IOException {
    return Files.readString(ROOT.resolve("docs/threat-model.md"));
  }

  private static Map<String, String> testSources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(ThreatModelTest::walk)
          .filter(path -> path.toString().endsWith("Test.java"))
          .collect(
              Collectors.toMap(
                  path -> path.getFileName().toString().replace(".java", ""),
                  ThreatModelTest::read,
                  (a, b) -> a + b));
    }
  }

  private static Stream<Path> walk(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
