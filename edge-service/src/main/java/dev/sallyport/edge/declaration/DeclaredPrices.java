package dev.sallyport.edge.declaration;

import dev.sallyport.proto.registry.v1.ToolPrice;
import dev.sallyport.proto.registry.v1.ToolPrices;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What calls of a server's tools cost, in millionths of the currency unit.
 *
 * @param otherwise of every tool that no pattern matches
 * @param byPattern by pattern of the upstream's names, in the order in which they count
 */
public record DeclaredPrices(long otherwise, Map<String, Long> byPattern) {

  static final DeclaredPrices NOTHING = new DeclaredPrices(0, Map.of());

  public DeclaredPrices {
    byPattern = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byPattern));
  }

  ToolPrices toProto() {
    ToolPrices.Builder proto = ToolPrices.newBuilder().setDefaultMicros(otherwise);
    byPattern.forEach(
        (pattern, micros) ->
            proto.addPrices(ToolPrice.newBuilder().setPattern(pattern).setMicros(micros)));
    return proto.build();
  }
}
