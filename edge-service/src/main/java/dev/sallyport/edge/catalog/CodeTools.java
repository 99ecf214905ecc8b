package dev.sallyport.edge.catalog;

import dev.sallyport.codemode.MetaTools;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The meta tools as entries of a catalogue. */
public final class CodeTools {

  /** In records. Names of upstreams have no underscore. */
  public static final String SERVER = "code_mode";

  private static final List<ToolEntry> ENTRIES =
      MetaTools.all().stream().map(CodeTools::entry).toList();
  private static final Map<String, ToolEntry> BY_NAME =
      ENTRIES.stream().collect(Collectors.toUnmodifiableMap(ToolEntry::tool, Function.identity()));

  private CodeTools() {}

  /** In the order of the list. */
  public static List<ToolEntry> entries() {
    return ENTRIES;
  }

  /** Null where no meta tool has this name. */
  public static @Nullable ToolEntry entry(String name) {
    return BY_NAME.get(name);
  }

  private static ToolEntry entry(MetaTools.MetaTool tool) {
    byte[] definition = tool.definition();
    return new ToolEntry(SERVER, tool.name(), tool.name(), definition, definition, false);
  }

  /** Under which the meta tools are recorded. */
  public static ServerEntry server(Duration callTimeout) {
    return new ServerEntry(
        SERVER,
        0,
        "",
        ServerStatus.newBuilder().setHealth(Health.HEALTH_READY).build(),
        false,
        "",
        new byte[0],
        callTimeout,
        ENTRIES,
        Map.of(),
        ToolsOffered.ALL,
        ToolCosts.NOTHING,
        ToolsAsking.NONE,
        false);
  }
}
