package dev.sallyport.testkit.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.echo.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The names in the result of tools/list. */
final class ToolNames {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ToolNames() {}

  static List<String> of(RawJson result) {
    try {
      List<String> names = new ArrayList<>();
      for (JsonNode tool : JSON.readTree(result.bytes()).path("tools")) {
        names.add(tool.path("name").asText());
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
