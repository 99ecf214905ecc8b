package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream lists, in its order, each list as it was read last. Immutable.
 *
 * @param tools null: not read yet
 * @param offers resources, templates and prompts; those that are missing were not read yet
 */
public record Catalogue(@Nullable List<ToolDefinition> tools, Map<Kind, List<Offer>> offers) {

  public static final Catalogue UNREAD = new Catalogue(null, Map.of());

  Catalogue withTools(List<ToolDefinition> read) {
    return new Catalogue(read, offers);
  }

  Catalogue withOffers(Kind kind, List<Offer> read) {
    Map<Kind, List<Offer>> all = new EnumMap<>(Kind.class);
    all.putAll(offers);
    all.put(kind, read);
    return new Catalogue(tools, Map.copyOf(all));
  }

  /** Null: not read yet. */
  public @Nullable List<Offer> offers(Kind kind) {
    return offers.get(kind);
  }

  /** No list was read yet. */
  public boolean isUnread() {
    return tools == null && offers.isEmpty();
  }
}
