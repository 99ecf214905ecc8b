package dev.sallyport.edge.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.declaration.DeclaredServer.Way;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpJsonFileTest {

  private static final Path FILE = Path.of("/home/me/project/.vscode/mcp.json");

  private static Reading read(String json) {
    return McpJsonFile.parse(
        FILE,
        json.getBytes(StandardCharsets.UTF_8),
        Map.of("API_KEY", "canary-99aa", "PORT", "8080"));
  }

  private static Declaration declaration(String json) {
    Reading reading = read(json);
    assertThat(reading)
        .as(() -> reading instanceof Findings findings ? findings.text() : "")
        .isInstanceOf(Declaration.class);
    return (Declaration) reading;
  }

  @Test
  void takesTheFileOfClaudeDesktopAsItIs() {
    Declaration declaration =
        declaration(
            """
            {
              "globalShortcut": "",
              "mcpServers": {
                "filesystem": {
                  "command": "npx",
                  "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/Desktop"]
                },
                "Git Hub": {
                  "command": "docker",
                  "args": ["run", "-i", "--rm", "-e", "TOKEN", "ghcr.io/x"],
                  "env": {"TOKEN": "ghp_canary"},
                  "autoApprove": ["x"]
                }
              }
            }
            """);

    assertThat(declaration.source()).isEqualTo("file:mcp.json");
    assertThat(declaration.servers())
        .extracting(DeclaredServer::name)
        .containsExactly("filesystem", "git-hub");
    assertThat(declaration.servers().getFirst().way())
        .isEqualTo(
            new Way.Command(
                "npx",
                List.of("-y", "@modelcontextprotocol/server-filesystem", "/home/me/Desktop"),
                Map.of(),
                null));
    assertThat(declaration.notes())
        .containsExactly(
            FILE + ":8:5: mcpServers.Git Hub: is called `git-hub` here",
            FILE
                + ":12:7: mcpServers.Git Hub.autoApprove: belongs to the client and is passed over");
  }

  @Test
  void takesTheFileOfVsCodeWithItsCommentsAndCommas() {
    Declaration declaration =
        declaration(
            """
            {
              // servers of this workspace
              "servers": {
                "api": {"type": "http", "url": "https://example.com/mcp",
                        "headers": {"Authorization": "Bearer ${env:API_KEY}"}, "gallery": true,},
                "local": {"type": "stdio", "command": "${workspaceFolder}/server", "cwd": "${workspaceFolder}"},
              },
              "inputs": []
            }
            """);

    assertThat(declaration.servers().getFirst().way())
        .isEqualTo(
            new Way.StreamableHttp(
                "https://example.com/mcp", Map.of("Authorization", "Bearer ${env:API_KEY}")));
    assertThat(declaration.servers().getLast().way())
        .isEqualTo(
            new Way.Command("/home/me/project/server", List.of(), Map.of(), "/home/me/project"));
  }

  @Test
  void keepsTheValueOfAVariableOutOfEnvAndHeaders() {
    Declaration declaration =
        declaration(
            """
            {"mcpServers": {"a": {"command": "x", "args": ["--port", "${PORT}", "${NONE:-1}"],
              "env": {"A": "${API_KEY}", "B": "${env:API_KEY}", "C": "k=${API_KEY}", "D": "${NONE:-d}", "E": "$5"}}}}
            """);

    assertThat(declaration.servers().getFirst().way())
        .isEqualTo(
            new Way.Command(
                "x",
                List.of("--port", "8080", "1"),
                Map.of(
                    "A",
                    "env:API_KEY",
                    "B",
                    "env:API_KEY",
                    "C",
                    "k=${env:API_KEY}",
                    "D",
                    "d",
                    "E",
                    "$5"),
                null));
    assertThat(declaration.toString()).doesNotContain("canary");
  }

  @Test
  void saysWhenASecretBecomesPartOfTheDefinition() {
    Declaration declaration =
        declaration("{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": [\"${API_KEY}\"]}}}");

    assertThat(declaration.notes())
        .singleElement()
        .asString()
        .contains("API_KEY")
        .doesNotContain("canary");
  }

  @Test
  void knowsTheWordsOfClientsForTransportsAndForDisabled() {
    Declaration declaration =
        declaration(
            """
            {"mcpServers": {
              "a": {"type": "streamable-http", "url": "http://localhost:1/mcp"},
              "b": {"type": "streamableHttp", "url": "http://localhost:1/mcp"},
              "c": {"type": "sse", "url": "http://localhost:1/sse", "disabled": true}}}
            """);

    assertThat(declaration.servers())
        .extracting(server -> server.way().getClass().getSimpleName() + server.enabled())
        .containsExactly("StreamableHttptrue", "StreamableHttptrue", "ServerSentEventsfalse");
  }

  @Test
  void makesNamesUniqueAndShort() {
    Declaration declaration =
        declaration(
            """
            {"mcpServers": {
              "My Server": {"command": "x"}, "my-server": {"command": "x"}, "***": {"command": "x"},
              "an extraordinarily long name of a server": {"command": "x"}}}
            """);

    assertThat(declaration.servers())
        .extracting(DeclaredServer::name)
        .containsExactly("my-server", "my-server-2", "server", "an-extraordinarily-long-name-o");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"T\": \"${input:token}\"}}}} | 1:52: mcpServers.a.env.T: the client asks its user for ${input:token}",
        "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": [\"${UNSET}\"]}}} | 1:48: mcpServers.a.args[0]: the environment variable UNSET is not set",
        "{\"mcpServers\": {\"a\": {\"comand\": \"x\"}}} | 1:22: mcpServers.a: needs `command`",
        "{\"mcpServers\": {\"a\": 1}} | 1:17: mcpServers.a: must be an object",
        "{\"mcpServers\": []} | 1:16: mcpServers: must be a mapping",
        "{\"mcp\": {}} | 1:1: has neither `mcpServers` nor `servers`",
        "{\"mcpServers\": {} | 1:18: not valid JSON",
        "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a\": {\"command\": \"y\"}}} | 1:40: mcpServers.a: this key stands twice",
        "~~ | 1:1: the document is empty"
      })
  void refuses(String json, String finding) {
    assertThat(read(json))
        .isInstanceOfSatisfying(
            Findings.class,
            findings -> assertThat(findings.text()).startsWith(FILE + ":" + finding));
  }

  @Test
  void refusesDeepNesting() {
    assertThat(((Findings) read("{\"mcpServers\":" + "[".repeat(50_000))).text())
        .contains("nested deeper than 20 levels");
  }
}
