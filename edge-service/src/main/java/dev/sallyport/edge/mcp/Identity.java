package dev.sallyport.edge.mcp;

import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.MetaKeys;
import java.util.Objects;

/** How the gateway names itself. */
public final class Identity {

  /** {@code Implementation}: an MCP object with name, title and version. */
  public static final byte[] SERVER_INFO =
      new JsonWriter()
          .beginObject()
          .member("name", "sallyport")
          .member("title", "Sallyport")
          .member(
              "version",
              Objects.requireNonNullElse(
                  Identity.class.getPackage().getImplementationVersion(), "0.1.0"))
          .endObject()
          .toBytes();

  /** {@code _meta} of the results that the gateway gives in the modern era. */
  static final byte[] META =
      new JsonWriter()
          .beginObject()
          .name(MetaKeys.SERVER_INFO)
          .raw(SERVER_INFO)
          .endObject()
          .toBytes();

  private Identity() {}
}
