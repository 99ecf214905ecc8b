package dev.sallyport.edge.admin;

import dev.sallyport.edge.catalog.AggregateOffers;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Catalogues that a test writes. */
@Alternative
@Singleton
public class FakeCatalogues implements Catalogues {

  private final Map<String, TenantCatalogue> tenants = new ConcurrentHashMap<>();

  public void put(String tenant, ToolEntry... tools) {
    tenants.put(
        tenant,
        new TenantCatalogue(
            tenant, 7, List.of(), List.of(tools), AggregateOffers.EMPTY, Map.of(), Map.of()));
  }

  static ToolEntry tool(String server, String name, String definition) {
    byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
    return new ToolEntry(server, name, server + "__" + name, bytes, bytes, false);
  }

  @Override
  public TenantCatalogue current(String tenant) {
    return tenants.getOrDefault(
        tenant,
        new TenantCatalogue(
            tenant, 0, List.of(), List.of(), AggregateOffers.EMPTY, Map.of(), Map.of()));
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onChange(BiConsumer<TenantCatalogue, TenantCatalogue> listener) {}
}
