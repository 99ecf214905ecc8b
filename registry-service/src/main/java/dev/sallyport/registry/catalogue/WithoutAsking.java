package dev.sallyport.registry.catalogue;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.util.List;

/**
 * What an edge of before approvals is told. It would run every call that nobody approved, so it is
 * not offered the tools that ask: there are none where it cannot ask.
 */
final class WithoutAsking {

  private WithoutAsking() {}

  static CatalogueEvent of(CatalogueEvent event) {
    ServerCatalogue server = event.getServer();
    return event.hasServer() && server.getApproval().getPatternsCount() > 0
        ? event.toBuilder().setServer(of(server)).build()
        : event;
  }

  /** Names where patterns were: that edge compares them, and compiles its list anew. */
  private static ServerCatalogue of(ServerCatalogue server) {
    List<ToolPattern> asking = patterns(server, server.getApproval().getPatternsList());
    List<ToolPattern> offered = patterns(server, server.getToolsOffered().getPatternsList());
    ToolAllowance.Builder left = ToolAllowance.newBuilder();
    for (ToolDefinition tool : server.getToolsList()) {
      String name = tool.getName();
      boolean isOffered = !server.hasToolsOffered() || matches(offered, server, name);
      // A name with a star would be a pattern, and might offer what asks.
      if (isOffered && !matches(asking, server, name) && name.indexOf('*') < 0) {
        left.addPatterns(name);
      }
    }
    return server.toBuilder().setToolsOffered(left).build();
  }

  private static List<ToolPattern> patterns(ServerCatalogue server, List<String> texts) {
    return texts.stream().map(text -> ToolPattern.ofServer(server.getServer(), text)).toList();
  }

  private static boolean matches(List<ToolPattern> patterns, ServerCatalogue server, String tool) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(server.getServer(), tool));
  }
}
