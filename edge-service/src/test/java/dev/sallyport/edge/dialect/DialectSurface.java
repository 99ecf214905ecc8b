package dev.sallyport.edge.dialect;

import dev.sallyport.edge.fixture.McpSurface;
import java.nio.file.Path;
import java.util.Map;

/**
 * The edge with pages of six (ten at most for those who see one only), and with dialects of its
 * operator beside those that are built in.
 */
public class DialectSurface extends McpSurface {

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> config = super.getConfigOverrides();
    config.put("sallyport.edge.list.page-size", "6");
    config.put("sallyport.edge.dialects.most-on-page", "10");
    config.put(
        "sallyport.edge.dialects.file",
        Path.of("src", "test", "resources", "dialects", "extra-clients.yaml").toString());
    return config;
  }
}
