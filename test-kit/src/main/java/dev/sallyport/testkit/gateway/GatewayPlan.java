package dev.sallyport.testkit.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param data the data folder; {@code null}: a new one, deleted at the end
 * @param config text of sallyport.yaml; {@code null}: none
 * @param mcpJson files for {@code --mcp-json}
 * @param arguments further arguments of {@code up}
 * @param environment added to the launcher's environment
 * @param patience how long the start may take
 */
public record GatewayPlan(
    GatewayMode mode,
    @Nullable Path data,
    @Nullable String config,
    List<Path> mcpJson,
    List<String> arguments,
    Map<String, String> environment,
    Duration patience) {

  public GatewayPlan {
    mcpJson = List.copyOf(mcpJson);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** Fresh data, no configuration. */
  public static GatewayPlan of(GatewayMode mode) {
    return new GatewayPlan(
        mode, null, null, List.of(), List.of(), Map.of(), Duration.ofSeconds(120));
  }

  public GatewayPlan withData(Path folder) {
    return new GatewayPlan(mode, folder, config, mcpJson, arguments, environment, patience);
  }

  public GatewayPlan withConfig(String yaml) {
    return new GatewayPlan(mode, data, yaml, mcpJson, arguments, environment, patience);
  }

  public GatewayPlan withMcpJson(Path file) {
    List<Path> files = new ArrayList<>(mcpJson);
    files.add(file);
    return new GatewayPlan(mode, data, config, files, arguments, environment, patience);
  }

  public GatewayPlan withArguments(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new GatewayPlan(mode, data, config, mcpJson, all, environment, patience);
  }

  public GatewayPlan withEnvironment(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new GatewayPlan(mode, data, config, mcpJson, arguments, more, patience);
  }
}
