package dev.sallyport.edge.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.rules.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/configuration.md says what the parser does. */
class ConfigurationReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([A-Za-z]+)` \\|", Pattern.MULTILINE);
  private static final Pattern KNOWN = Pattern.compile("known here: (.*)");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "### servers.NAME | servers: {a: {url: 'http://h', qqqqqqqqqqqqq: 1}}",
        "### servers.NAME | servers: {a: {command: x, qqqqqqqqqqqqq: 1}}",
        "### keys.NAME | keys: {a: {qqqqqqqqqqqqq: 1}}",
        "### customers.NAME, teams.NAME, users.NAME | teams: {a: {qqqqqqqqqqqqq: 1}}",
        "### groups.NAME | groups: {a: {qqqqqqqqqqqqq: 1}}",
        "### limits.NAME | limits: {a: {qqqqqqqqqqqqq: 1}}",
        "### roles.NAME | roles: {a: {qqqqqqqqqqqqq: 1}}",
        "### settings | settings: {qqqqqqqqqqqqq: 1}"
      })
  void namesExactlyTheKeysThatTheParserKnows(String section, String yaml) throws IOException {
    Matcher known = KNOWN.matcher(((Findings) read(yaml)).text());
    assertThat(known.find()).isTrue();

    Set<String> documented =
        ROW.matcher(section(section))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(new TreeSet<>(List.of(known.group(1).split(", "))));
  }

  @Test
  void showsAnExampleThatIsRead() throws IOException {
    Matcher example =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(REFERENCE));
    assertThat(example.find()).isTrue();

    Reading reading = read(example.group(1));

    assertThat(reading)
        .as(() -> reading instanceof Findings findings ? findings.text() : "")
        .isInstanceOf(Declaration.class);
    assertThat(((Declaration) reading).servers()).hasSize(3);
    assertThat(((Declaration) reading).keys()).hasSize(2);
    assertThat(((Declaration) reading).limits()).hasSize(4);
    assertThat(((Declaration) reading).rules())
        .hasSize(2)
        .allSatisfy(
            rule ->
                assertThat(Condition.compile(rule.when()))
                    .isInstanceOf(Condition.Compiled.Valid.class));
    assertThat(((Declaration) reading).roles()).hasSize(1);
  }

  @Test
  void showsAFindingAsItIsPrinted() throws IOException {
    String shown = "sallyport.yaml:3:5: servers.fs.comand: unknown key; did you mean `command`?";

    assertThat(Files.readString(REFERENCE)).contains(shown);
    assertThat(((Findings) read("servers:\n  fs:\n    comand: npx\n")).text()).contains(shown);
  }

  private static Reading read(String yaml) {
    return DeclarationFile.parse(
        Path.of("sallyport.yaml"), yaml.getBytes(StandardCharsets.UTF_8), Secrets.of(Map.of()));
  }

  /** From the heading to the next one. */
  private static String section(String heading) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean within = false;
    for (String line : Files.readAllLines(REFERENCE)) {
      if (line.startsWith("#")) {
        within = line.equals(heading);
      } else if (within) {
        lines.add(line);
      }
    }
    return Optional.of(String.join("\n", lines)).filter(text -> !text.isBlank()).orElseThrow();
  }
}
