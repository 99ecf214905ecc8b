package dev.sallyport.edge.dialect;

import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Methods;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Takes the arguments of a call out of the property into which {@link WrappedUnion} has put them.
 * It is done where a request comes in, so that what is recorded, decided on and bound to is what
 * the tool gets. Any thread.
 */
@Singleton
public class UnwrappedArguments {

  private static final int DEEP_ENOUGH = 1024;

  private final Catalogues catalogues;
  private final ToolNames names;
  private final RewrittenSchemas schemas;

  UnwrappedArguments(Catalogues catalogues, ToolNames names, RewrittenSchemas schemas) {
    this.catalogues = catalogues;
    this.names = names;
    this.schemas = schemas;
  }

  /**
   * The request as the tool takes it: the same one for every other method, dialect and tool, and
   * when the arguments are not wrapped. Whether there is such a tool for the caller is not asked
   * here, and nothing tells.
   *
   * @param server the endpoint; null for the aggregate one
   */
  public Frame.Request of(
      Frame.Request request, String tenant, @Nullable String server, Dialect dialect) {
    String name = request.params().name();
    Span arguments = request.params().arguments();
    if (!dialect.wrapTopLevelUnion()
        || !request.method().equals(Methods.TOOLS_CALL)
        || name == null
        || arguments == null) {
      return request;
    }
    ToolEntry tool = tool(catalogues.current(tenant), server, name, dialect);
    if (tool == null || !schemas.of(tool, dialect).isWrapped()) {
      return request;
    }
    Span inner = onlyProperty(request.data(), arguments);
    return inner == null ? request : with(request, arguments, inner);
  }

  private @Nullable ToolEntry tool(
      TenantCatalogue catalogue, @Nullable String server, String name, Dialect dialect) {
    ToolEntry tool = null;
    if (server == null) {
      tool = catalogue.tool(name);
    } else {
      ServerEntry entry = catalogue.server(server);
      tool = entry == null ? null : entry.tool(name);
    }
    return tool == null ? names.find(catalogue, server, name, dialect) : tool;
  }

  /** The object in the property, if there is nothing else. */
  private static @Nullable Span onlyProperty(byte[] data, Span arguments) {
    if (data[arguments.start()] != '{') {
      return null;
    }
    Span found = null;
    JsonReader reader = new JsonReader(data, arguments.start(), arguments.end(), DEEP_ENOUGH);
    reader.enterObject();
    while (reader.nextMember()) {
      String name = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      if (found != null || !WrappedUnion.PROPERTY.equals(name) || data[start] != '{') {
        return null;
      }
      found = new Span(start, reader.position());
    }
    return found;
  }

  private static Frame.Request with(Frame.Request request, Span arguments, Span inner) {
    byte[] unwrapped =
        FrameEdit.of(request).replace(arguments, inner.bytes(request.data())).apply();
    return FrameScanner.scan(unwrapped) instanceof ScanResult.Scanned(Frame.Request scanned)
        ? scanned
        : request;
  }
}
