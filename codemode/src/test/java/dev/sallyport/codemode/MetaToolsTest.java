package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.codemode.MetaTools.MetaTool;
import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.ParseResult;
import dev.sallyport.starlark.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaToolsTest {

  @Test
  void haveTheNamesAndArgumentsThatAgentsKnow() throws IOException {
    List<String> signatures = new ArrayList<>();
    for (MetaTool tool : MetaTools.all()) {
      JsonNode definition = new ObjectMapper().readTree(tool.definition());
      List<String> arguments = new ArrayList<>();
      definition.at("/inputSchema/properties").fieldNames().forEachRemaining(arguments::add);
      signatures.add(
          definition.get("name").asText() + arguments + definition.at("/inputSchema/required"));
    }

    assertThat(signatures)
        .containsExactly(
            "listToolFiles[query]",
            "readToolFile[fileName, startLine, endLine][\"fileName\"]",
            "getToolDocs[server, tool][\"server\",\"tool\"]",
            "executeToolCode[code][\"code\"]");
  }

  @Test
  void areShort() {
    int tokens = 0;
    for (MetaTool tool : MetaTools.all()) {
      tokens += Tokens.count(tool.description()) + Tokens.count(tool.inputSchema());
      assertThat(tool.description()).doesNotContain("\r").isEqualTo(tool.description().strip());
    }

    assertThat(tokens).isLessThan(650);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for x in [1]:\n  print(x)",
        "if True:\n  result = 1",
        "result = server.tool(arg = 1)",
        "result = server.tool(**{\"odd-name\": 1})",
        "result = try_call(server.tool, arg = 1)",
        "result = parallel([call(server.tool, arg = x) for x in [1]])",
        "result = [f for f in map_of(lambda x: x)]",
        "result = \"%s\" % 1"
      })
  void teachWhatTheInterpreterTakes(String script) {
    assertThat(Program.parse(script, "test.star", Dialect.CODE_MODE))
        .isInstanceOf(ParseResult.Parsed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import json",
        "while True:\n  pass",
        "try:\n  x = 1\nexcept:\n  pass",
        "class A:\n  pass",
        "with x:\n  pass",
        "x = f\"{1}\""
      })
  void nameWhatTheInterpreterRefuses(String script) {
    assertThat(Program.parse(script, "test.star", Dialect.CODE_MODE))
        .isInstanceOf(ParseResult.Refused.class);
  }
}
