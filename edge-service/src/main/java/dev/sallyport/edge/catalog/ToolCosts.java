package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolPrice;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What calls of a server's tools cost, in millionths of the currency unit (features C2).
 *
 * @param otherwise of every tool that no price matches
 * @param prices the first that matches counts
 */
public record ToolCosts(String server, long otherwise, List<Price> prices) {

  public static final ToolCosts NOTHING = new ToolCosts("", 0, List.of());

  private static final Logger LOG = Logger.getLogger(ToolCosts.class);

  /** What one kind of tools costs. */
  public record Price(ToolPattern tools, long micros) {}

  public static ToolCosts of(ServerCatalogue told) {
    if (!told.hasPrices()) {
      return NOTHING;
    }
    List<Price> prices = new ArrayList<>();
    for (ToolPrice price : told.getPrices().getPricesList()) {
      try {
        prices.add(
            new Price(
                ToolPattern.ofServer(told.getServer(), price.getPattern()), price.getMicros()));
      } catch (IllegalArgumentException e) {
        LOG.warnf(
            "Server %s has a price for a tool pattern that is not understood", told.getServer());
      }
    }
    return new ToolCosts(
        told.getServer(), told.getPrices().getDefaultMicros(), List.copyOf(prices));
  }

  /**
   * @param tool the upstream's name
   */
  public long micros(String tool) {
    for (Price price : prices) {
      if (price.tools().matches(server, tool)) {
        return price.micros();
      }
    }
    return otherwise;
  }
}
