package dev.sallyport.edge.mcp;

import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ServerEntry;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The guidance that an endpoint gives to models: on the endpoint of one server, that server's. */
@Singleton
public class Instructions {

  private final Catalogues catalogues;

  Instructions(Catalogues catalogues) {
    this.catalogues = catalogues;
  }

  /** Null when there is none. */
  public @Nullable String of(McpRequest request) {
    if (request.server() == null) {
      return null;
    }
    ServerEntry entry = catalogues.current(request.profile().tenant()).server(request.server());
    return entry == null || entry.instructions().isEmpty() ? null : entry.instructions();
  }
}
