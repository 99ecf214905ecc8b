package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** From what registry tells to what edge serves. */
final class ServerEntries {

  private static final Logger LOG = Logger.getLogger(ServerEntries.class);

  private ServerEntries() {}

  /**
   * The tools of {@code before} are kept where the list is the same, so that nothing recompiles.
   */
  static ServerEntry of(
      ServerCatalogue told, @Nullable ServerCatalogue toldBefore, @Nullable ServerEntry before) {
    ServerCatalogue comparable =
        toldBefore != null && isUnderTheSameRules(told, toldBefore) ? toldBefore : null;
    boolean sameList =
        comparable != null && comparable.getCatalogueVersion().equals(told.getCatalogueVersion());
    boolean sameOffers =
        comparable != null && comparable.getOffersVersion().equals(told.getOffersVersion());
    ToolsOffered offered = ToolsOffered.of(told);
    return new ServerEntry(
        told.getServer(),
        told.getServerRevision(),
        told.getCatalogueVersion(),
        told.getStatus(),
        told.getStale(),
        told.getInstructions(),
        told.getCapabilities().toByteArray(),
        Duration.ofMillis(told.getCallTimeoutMillis()),
        sameList && before != null ? before.tools() : tools(told, offered),
        sameOffers && before != null
            ? before.offers()
            : offered.isWhole() ? offers(told) : Map.of(),
        offered,
        ToolCosts.of(told),
        ToolsAsking.of(told),
        told.getCodeMode());
  }

  private static boolean isUnderTheSameRules(ServerCatalogue one, ServerCatalogue other) {
    return one.getPrefix().equals(other.getPrefix())
        && one.hasToolsOffered() == other.hasToolsOffered()
        && one.getToolsOffered().equals(other.getToolsOffered());
  }

  private static Map<ListKind, List<OfferEntry>> offers(ServerCatalogue told) {
    Map<ListKind, List<OfferEntry>> offers = new EnumMap<>(ListKind.class);
    for (Kind kind : Kind.values()) {
      List<Offer> listed =
          switch (kind) {
            case RESOURCES -> told.getResourcesList();
            case TEMPLATES -> told.getResourceTemplatesList();
            case PROMPTS -> told.getPromptsList();
          };
      List<OfferEntry> entries = new ArrayList<>(listed.size());
      for (Offer offer : listed) {
        if (offer.getQuarantineReason().isEmpty()) {
          byte[] definition = offer.getDefinition().toByteArray();
          OfferEntry entry =
              kind == Kind.PROMPTS
                  ? prompt(told, offer.getName(), definition)
                  : new OfferEntry(
                      told.getServer(), offer.getName(), offer.getName(), definition, definition);
          if (entry != null) {
            entries.add(entry);
          }
        }
      }
      offers.put(ListKind.of(kind), List.copyOf(entries));
    }
    return offers;
  }

  private static @Nullable OfferEntry prompt(ServerCatalogue told, String name, byte[] definition) {
    try {
      String prefix = told.getPrefix().isEmpty() ? null : told.getPrefix();
      String exposedName = ExposedNames.of(told.getServer(), name, prefix);
      byte[] exposed = renamed(definition, exposedName);
      return exposed == null
          ? null
          : new OfferEntry(told.getServer(), name, exposedName, definition, exposed);
    } catch (MalformedJson | IllegalArgumentException e) {
      LOG.warnf("A prompt of server %s cannot be exposed: %s", told.getServer(), e.getMessage());
      return null;
    }
  }

  /** Null when there is no name to replace. */
  private static byte @Nullable [] renamed(byte[] definition, String exposedName) {
    Span name = JsonObject.of(definition).get("name");
    return name == null
        ? null
        : new FrameEdit(definition, 0, definition.length)
            .replace(name, JsonText.quote(exposedName))
            .apply();
  }

  private static List<ToolEntry> tools(ServerCatalogue told, ToolsOffered offered) {
    List<ToolEntry> tools = new ArrayList<>(told.getToolsCount());
    for (ToolDefinition tool : told.getToolsList()) {
      if (tool.getQuarantineReason().isEmpty() && offered.has(tool.getName())) {
        ToolEntry entry = tool(told, tool);
        if (entry != null) {
          tools.add(entry);
        }
      }
    }
    return List.copyOf(tools);
  }

  /** Null for a tool that cannot be exposed: registry should have kept it back. */
  private static @Nullable ToolEntry tool(ServerCatalogue told, ToolDefinition tool) {
    byte[] definition = tool.getDefinition().toByteArray();
    try {
      String prefix = told.getPrefix().isEmpty() ? null : told.getPrefix();
      String exposedName = ExposedNames.of(told.getServer(), tool.getName(), prefix);
      byte[] exposed = renamed(definition, exposedName);
      if (exposed == null) {
        return null;
      }
      return new ToolEntry(
          told.getServer(),
          tool.getName(),
          exposedName,
          definition,
          exposed,
          tool.getReadOnlyHint() || tool.getIdempotentHint());
    } catch (MalformedJson | IllegalArgumentException e) {
      LOG.warnf("A tool of server %s cannot be exposed: %s", told.getServer(), e.getMessage());
      return null;
    }
  }
}
