package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.util.List;
import java.util.Map;

/**
 * What an upstream lists, in its order.
 *
 * @param offers resources, templates and prompts
 * @param problem why one of the offers is not what it lists now, one sentence for an operator;
 *     empty when all are
 */
public record Catalogue(List<ToolDefinition> tools, Map<Kind, List<Offer>> offers, String problem) {

  static final Catalogue EMPTY = new Catalogue(List.of(), Map.of(), "");

  public List<Offer> offers(Kind kind) {
    return offers.getOrDefault(kind, List.of());
  }
}
