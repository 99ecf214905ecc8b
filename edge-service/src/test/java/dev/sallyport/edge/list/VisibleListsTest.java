package dev.sallyport.edge.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.dialect.DialectSettings;
import dev.sallyport.edge.dialect.RewrittenSchemas;
import dev.sallyport.edge.dialect.RewrittenTools;
import dev.sallyport.edge.dialect.ToolNames;
import dev.sallyport.edge.fixture.FakeCatalogues;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.rule.Rules;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What profiles that differ cost. */
class VisibleListsTest {

  private static final int TOOLS = 500;

  private final FakeCatalogues catalogues = new FakeCatalogues();

  @BeforeEach
  void manyTools() {
    String[] names = IntStream.range(0, TOOLS).mapToObj(i -> "t" + i).toArray(String[]::new);
    catalogues.set(Fixture.ACME, Fixture.server("many", names));
  }

  @Test
  void profilesThatSeeTheSameShareOneList() {
    VisibleLists lists = lists(1 << 20);

    CompiledList all = current(lists, "vk_1", "*");

    assertThat(current(lists, "vk_2", "many__*", "other__*")).isSameAs(all);
    assertThat(current(lists, "vk_3", "many__t1*")).isNotSameAs(all);
  }

  @Test
  void aThousandProfilesThatSeeSomethingElseEachAreKeptWithoutTheirPages() {
    // Given room for no more than a few joined lists, and for what a thousand profiles see
    VisibleLists lists = lists(16 << 20);

    // When each profile lists, twice
    CompiledList first = current(lists, "vk_0", pattern(0));
    for (int i = 0; i < 1_000; i++) {
      assertThat(new String(current(lists, "vk_" + i, pattern(i)).page(0), StandardCharsets.UTF_8))
          .contains("\"many__t" + i % TOOLS + "\"");
    }

    // Then what the first sees is still known, and its page the same as before
    assertThat(current(lists, "vk_0", pattern(0))).isSameAs(first);
    assertThat(new String(first.page(0), StandardCharsets.UTF_8)).contains("\"many__t0\"");
  }

  private static String[] pattern(int i) {
    return new String[] {"many__*" + i % 10, "many__t" + i % TOOLS, "other__" + i};
  }

  private CompiledList current(VisibleLists lists, String key, String... patterns) {
    return lists.current(
        ListKind.TOOLS, Fixture.profile(Fixture.ACME, key, patterns), null, Dialect.PLAIN);
  }

  private VisibleLists lists(long cacheBytes) {
    return new VisibleLists(
        catalogues,
        new RewrittenTools(new ToolNames(), new RewrittenSchemas()),
        new Rules(),
        new ListSettings() {
          @Override
          public int pageSize() {
            return 1_000;
          }

          @Override
          public MemorySize cache() {
            return new MemorySize(BigInteger.valueOf(cacheBytes));
          }
        },
        new DialectSettings() {
          @Override
          public Optional<Path> file() {
            return Optional.empty();
          }

          @Override
          public int mostOnPage() {
            return 10_000;
          }
        });
  }
}
