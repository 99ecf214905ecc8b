package dev.sallyport.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartPanelTest {

  private static final String URL = "http://127.0.0.1:8686/mcp";
  private static final String KEY = "sp-abc";

  @Test
  void whatIsToBePastedIsRightForEachClient() throws IOException {
    // Given the start that made the first key
    String text = panel(Optional.of(KEY), false).text();

    // When
    JsonNode desktop = after(text, "Claude Desktop");
    JsonNode cursor = after(text, "Cursor");
    JsonNode code = after(text, "VS Code");

    // Then
    assertThat(text)
        .contains(
            "claude mcp add --transport http sallyport "
                + URL
                + " --header \"Authorization: Bearer "
                + KEY
                + "\"");
    JsonNode bridge = desktop.at("/mcpServers/sallyport");
    assertThat(bridge.path("command").asText()).isEqualTo("npx");
    assertThat(bridge.path("args").toString()).contains("mcp-remote", URL, "Authorization:${AUTH}");
    assertThat(bridge.at("/env/AUTH").asText()).isEqualTo("Bearer " + KEY);
    assertThat(cursor.at("/mcpServers/sallyport/url").asText()).isEqualTo(URL);
    assertThat(cursor.at("/mcpServers/sallyport/headers/Authorization").asText())
        .isEqualTo("Bearer " + KEY);
    assertThat(code.at("/servers/sallyport/type").asText()).isEqualTo("http");
    assertThat(code.at("/servers/sallyport/headers/Authorization").asText())
        .isEqualTo("Bearer " + KEY);
  }

  @Test
  void laterStartsNameTheFileInsteadOfTheKey() {
    assertThat(panel(Optional.empty(), false).text())
        .doesNotContain(KEY)
        .contains("\"key\" in /data/credentials");
  }

  @Test
  void withoutKeysItWarnsAndShowsNone() throws IOException {
    String text = panel(Optional.empty(), true).text();

    assertThat(text).contains("--no-auth lets every program").doesNotContain("Bearer");
    assertThat(after(text, "Cursor").at("/mcpServers/sallyport/url").asText()).isEqualTo(URL);
    assertThat(after(text, "Claude Desktop").at("/mcpServers/sallyport/args").size()).isEqualTo(3);
  }

  @Test
  void saysHowEachServerIs() {
    assertThat(panel(Optional.empty(), false).text())
        .contains("fs    ready, 11 tools\n")
        .contains("mail  down, 1 tool: it does not answer\n");
  }

  private static StartPanel panel(Optional<String> key, boolean noAuth) {
    return new StartPanel(
        URL,
        key,
        noAuth,
        Path.of("/data/credentials"),
        List.of(
            new StartPanel.Upstream("fs", "ready", 11, ""),
            new StartPanel.Upstream("mail", "down", 1, "it does not answer")));
  }

  /** The JSON in the line after the one that begins with {@code client}. */
  private static JsonNode after(String text, String client) throws IOException {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(client)) {
        return new ObjectMapper().readTree(lines.get(i + 1));
      }
    }
    throw new AssertionError("no line begins with " + client);
  }
}
