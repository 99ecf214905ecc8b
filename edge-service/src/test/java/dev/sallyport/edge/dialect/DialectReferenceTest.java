package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** "Client dialects" in docs/configuration.md says what the parser does. */
class DialectReferenceTest {

  private static String section() throws IOException {
    String all = Files.readString(Path.of("..", "docs", "configuration.md"));
    int start = all.indexOf("\n## Client dialects\n");
    return all.substring(start, all.indexOf("\n## ", start + 1));
  }

  private static String findings(String yaml) {
    return DialectFile.parse("dialects.yaml", yaml.getBytes(StandardCharsets.UTF_8))
            instanceof DialectFile.Refused refused
        ? refused.findings().text()
        : "";
  }

  @Test
  void namesExactlyTheKeysThatTheParserKnows() throws IOException {
    Matcher known =
        Pattern.compile("known here: (.*)")
            .matcher(findings("a: {names: [x], qqqqqqqqqqqqqqq: 1}"));
    assertThat(known.find()).isTrue();

    Set<String> documented =
        Pattern.compile("^\\| `([A-Za-z]+)` \\|", Pattern.MULTILINE)
            .matcher(section())
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(new TreeSet<>(List.of(known.group(1).split(", "))));
  }

  @Test
  void showsAnExampleThatIsRead() throws IOException {
    Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(section());
    assertThat(example.find()).isTrue();

    assertThat(findings(example.group(1))).isEmpty();
  }

  @Test
  void showsAFindingAsItIsPrinted() throws IOException {
    String finding =
        findings("my-agent:\n  names: [my-agent]\n  versions: \">=1\"\n  inlineRef: true\n");

    assertThat(section()).contains("\n" + finding + "\n");
  }
}
