package dev.sallyport.bench.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sallyport.bench.tokens.Task.Step;
import dev.sallyport.codemode.CodeCatalogue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of {@code sallyport bench tokens}. */
class TokenBenchTest {

  private static final TokenReport REPORT = TokenReport.measure();

  @Test
  void reachesTheGoals() {
    assertThat(REPORT.reachesGoals()).as(REPORT.table()).isTrue();
    assertThat(REPORT.savings()).containsKeys(96, 251, 508);
    for (TokenReport.Size size : REPORT.sizes()) {
      assertThat(size.saved())
          .isGreaterThanOrEqualTo(TokenReport.GOALS.getOrDefault(size.tools(), -1_000.0));
    }
  }

  @Test
  void isTheSameEachTime() {
    assertThat(TokenReport.measure().json()).isEqualTo(REPORT.json());
  }

  @Test
  void hasToolsOfTheSizesThatItSays() {
    assertThat(REPORT.sizes()).extracting(TokenReport.Size::tools).endsWith(96, 251, 508);
    assertThat(REPORT.sizes().get(1).average()).isCloseTo(406, within(3.0));
    assertThat(REPORT.sizes().get(2).average()).isCloseTo(538, within(3.0));
    assertThat(REPORT.sizes().get(3).average()).isCloseTo(541, within(3.0));
  }

  @Test
  void listsALargeCatalogueInSixHundredTokens() {
    CodeCatalogue catalogue = BenchCatalogue.of(508, 16, 541).code();

    assertThat(catalogue.namespaces()).hasSize(16);
    assertThat(Tokens.count(catalogue.listFiles(null, CodeCatalogue.LISTING_TOKENS)))
        .isBetween(300, 600);
  }

  @Test
  void endsEveryTaskWithAScriptThatWorks() {
    CodeCatalogue catalogue = BenchCatalogue.small().code();
    List<String> failed = new ArrayList<>();

    for (Task task : Tasks.all()) {
      for (List<Step> turn : task.code()) {
        for (Step step : turn) {
          if (step instanceof Step.Execute execute) {
            String result = new ScriptRun(catalogue).run(execute.script());
            if (result.startsWith("Error")) {
              failed.add(task.name() + ": " + result);
              assertThat(turn).isNotSameAs(task.code().getLast());
            }
          }
        }
      }
    }

    assertThat(failed).singleElement().asString().startsWith("incident: Error");
  }

  @Test
  void callsToolsAsTheirSchemasSay() {
    for (Task task : Tasks.all()) {
      for (Task.Call call : task.classic().stream().flatMap(List::stream).toList()) {
        var properties =
            TaskTools.get(call.tool()).tool().definition().at("/inputSchema/properties");
        BenchCatalogue.read(call.arguments())
            .fieldNames()
            .forEachRemaining(
                name -> assertThat(properties.has(name)).as(call.tool() + " " + name).isTrue());
      }
    }
  }
}
