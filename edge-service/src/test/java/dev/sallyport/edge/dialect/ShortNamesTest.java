package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.mcp.name.ExposedNames;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortNamesTest {

  private static final int LONGEST = 42;
  private static final String LONG = "a_tool_with_a_name_that_is_longer_than_any_client_takes";

  private static ToolEntry tool(String server, String name) {
    return Fixture.tool(server, name);
  }

  @Test
  void leadBothWays() {
    ToolEntry longTool = tool("files", LONG);
    ToolEntry other = tool("notes", LONG);

    ShortNames names = ShortNames.of(List.of(longTool, other, tool("files", "x")), true, LONGEST);

    String made = ExposedNames.shortened("files", LONG, "files__" + LONG, LONGEST);
    assertThat(names.of(longTool)).isEqualTo(made).hasSize(LONGEST).startsWith("files__a_tool");
    assertThat(names.tool(made)).isSameAs(longTool);
    assertThat(names.of(other)).startsWith("notes__").isNotEqualTo(made);
    assertThat(names.size()).isEqualTo(2);
  }

  @Test
  void aNameThatFitsIsNotIn() {
    ToolEntry fits = tool("files", "x");

    ShortNames names = ShortNames.of(List.of(fits), true, LONGEST);

    assertThat(names.of(fits)).isNull();
    assertThat(names.tool("files__x")).isNull();
  }

  /** Only by its own names can a server look like this, and it gains nothing by it. */
  @Test
  void aNameThatSomebodyHasIsNotGivenToAnother() {
    ToolEntry longTool = tool("files", LONG);
    String made = ExposedNames.shortened("files", LONG, LONG, LONGEST);

    ShortNames names = ShortNames.of(List.of(longTool, tool("files", made)), false, LONGEST);

    assertThat(names.of(longTool)).isNull();
    assertThat(names.tool(made)).isNull();
  }
}
