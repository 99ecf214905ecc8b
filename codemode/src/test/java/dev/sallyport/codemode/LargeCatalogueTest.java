package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time is that of the thread, whatever else the machine does. */
class LargeCatalogueTest {

  private static final List<CodeTool> TOOLS = Definitions.many(5_000, 25);

  @Test
  void isBuiltWithinASecond() {
    CodeCatalogue.of(TOOLS);

    Duration begun = worked();
    CodeCatalogue.of(TOOLS);

    assertThat(worked().minus(begun)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void answersWithinMilliseconds() {
    CodeCatalogue catalogue = CodeCatalogue.of(TOOLS);
    List<String> queries =
        List.of(
            "create issue",
            "invoice",
            "the workspace export of pages",
            "merge pull request",
            "xyz");
    int runs = 200;
    long[] nanos = new long[runs];

    for (int i = 0; i < runs; i++) {
      Duration begun = worked();
      String query = i % 6 == 5 ? null : queries.get(i % 6 % queries.size());
      assertThat(catalogue.listFiles(query, CodeCatalogue.SEARCH_TOKENS)).isNotEmpty();
      nanos[i] = worked().minus(begun).toNanos();
    }

    Arrays.sort(nanos);
    assertThat(Duration.ofNanos(nanos[runs / 2])).isLessThan(Duration.ofMillis(5));
  }

  @Test
  void listsHundredsOfToolsWithinItsTokens() {
    CodeCatalogue catalogue = CodeCatalogue.of(Definitions.many(508, 16));
    String listing = catalogue.listFiles(null, CodeCatalogue.LISTING_TOKENS);

    assertThat(listing.lines()).hasSize(17);
    assertThat(Tokens.count(listing)).isBetween(300, CodeCatalogue.LISTING_TOKENS);
  }

  @Test
  void estimatesNoFewerTokensThanThereAre() {
    CodeCatalogue catalogue = CodeCatalogue.of(Definitions.many(508, 16));

    for (String query : List.of("create issue", "merge pull request", "dashboards", "workspace")) {
      for (int tokens : List.of(200, 400, 800, 1_600)) {
        assertThat(Tokens.count(catalogue.listFiles(query, tokens)))
            .as(query)
            .isLessThanOrEqualTo(tokens);
      }
    }
  }

  private static Duration worked() {
    return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }
}
