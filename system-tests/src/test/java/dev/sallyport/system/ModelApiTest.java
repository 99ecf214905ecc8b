package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A program that speaks to a model itself has the tools of its key, and runs what the model asks.
 */
class ModelApiTest {

  private final World world = World.get();

  @Test
  void whatAModelIsGivenItMayCallAndIsRecorded() throws Exception {
    // Given the tools of a key
    JsonNode tools =
        World.JSON
            .readTree(
                wire("narrow", "/v1/mcp/tools").exchange("GET", List.of(), new byte[0]).text())
            .path("tools");
    List<String> names = new ArrayList<>();
    tools.forEach(tool -> names.add(tool.at("/function/name").asText()));
    assertThat(names).containsExactlyElementsOf(world.wire("narrow").names());

    // When the model calls one of a real server, and one that it was not given
    String marker = World.fresh("by-a-model");
    Answer called = execute("ev__echo", "{\\\"message\\\":\\\"" + marker + "\\\"}");
    Answer hidden = execute("echol__write", "{}");

    // Then it has the one's answer, the other does not exist, and both are in the record
    assertThat(called.status()).isEqualTo(200);
    assertThat(World.JSON.readTree(called.text()).path("content").asText())
        .isEqualTo("Echo: " + marker);
    assertThat(hidden.status()).isEqualTo(404);
    JsonNode record = Records.awaitMarked(world.gateway.admin(), "key=narrow&server=ev", marker);
    assertThat(record.path("door").asText()).isEqualTo("execute");
    assertThat(record.path("outcome").asText()).isEqualTo("ok");
  }

  private Answer execute(String tool, String arguments) {
    return wire("narrow", "/v1/mcp/tool/execute")
        .post(
            Wire.bytes(
                "{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\""
                    + tool
                    + "\",\"arguments\":\""
                    + arguments
                    + "\"}}"),
            Wire.jsonHeaders());
  }

  private Wire wire(String key, String path) {
    URI mcp = URI.create(world.gateway.mcpUrl());
    return new Wire(mcp.resolve(path).toString(), world.gateway.key(key));
  }
}
