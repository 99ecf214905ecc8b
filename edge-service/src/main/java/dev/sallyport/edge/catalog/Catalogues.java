package dev.sallyport.edge.catalog;

import java.util.function.BiConsumer;

/** The current catalogue of every tenant: a volatile read. */
public interface Catalogues {

  /** Never null: an unknown tenant has an empty catalogue. */
  TenantCatalogue current(String tenant);

  /** True once the first snapshot (or the disk copy) is complete. */
  boolean isReady();

  /** Called with the old and the new catalogue after every change that alters a list. */
  void onChange(BiConsumer<TenantCatalogue, TenantCatalogue> listener);
}
