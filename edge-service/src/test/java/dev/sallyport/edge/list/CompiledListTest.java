package dev.sallyport.edge.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.fixture.Fixture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompiledListTest {

  private static List<ToolEntry> tools(int count) {
    return IntStream.range(0, count).mapToObj(i -> Fixture.tool("s", "t" + i)).toList();
  }

  private static CompiledList list(long version, int pageSize, List<byte[]> definitions) {
    return CompiledList.of(
        version, pageSize, new RecentlyUsed<>(1 << 20, page -> page.length), definitions);
  }

  private static List<byte[]> exposed(List<ToolEntry> tools) {
    return tools.stream().map(ToolEntry::exposedDefinition).toList();
  }

  private static String page(CompiledList list, int page) {
    return new String(list.page(page), StandardCharsets.UTF_8);
  }

  @Test
  void pagesAreJsonArraysOfTheDefinitionsInOrder() {
    CompiledList list = list(1, 2, exposed(tools(5)));

    assertThat(list.pageCount()).isEqualTo(3);
    assertThat(page(list, 0))
        .startsWith("[{\"name\":\"s__t0\"")
        .contains("},{\"name\":\"s__t1\"")
        .endsWith("}]");
    assertThat(page(list, 2)).startsWith("[{\"name\":\"s__t4\"").doesNotContain("},{");
    assertThat(list.page(0)).isSameAs(list.page(0));
  }

  @Test
  void anEmptyListHasOneEmptyPage() {
    CompiledList list = list(1, 2, List.of());

    assertThat(list.pageCount()).isEqualTo(1);
    assertThat(page(list, 0)).isEqualTo("[]");
  }

  @Test
  void theDigestTellsContentOrderAndNothingElse() {
    List<ToolEntry> tools = tools(3);
    long digest = list(1, 10, exposed(tools)).digest();

    assertThat(list(2, 1, exposed(tools(3))).digest()).isEqualTo(digest);
    assertThat(list(1, 10, exposed(tools.reversed())).digest()).isNotEqualTo(digest);
    assertThat(list(1, 10, exposed(tools.subList(0, 2))).digest()).isNotEqualTo(digest);
    assertThat(list(1, 10, tools.stream().map(ToolEntry::definition).toList()).digest())
        .isNotEqualTo(digest);
    assertThat(list(1, 10, List.of()).digest()).isNotEqualTo(digest);
  }
}
