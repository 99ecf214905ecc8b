package dev.sallyport.edge.catalog;

/** An entry of a list, as edge serves it. The byte arrays are shared and not to be written to. */
public sealed interface Listed permits ToolEntry, OfferEntry {

  /** Name of the upstream. */
  String server();

  /** The tool whose rule decides on it; empty for what belongs to those who may use all. */
  String toolName();

  /** As received, one JSON object. */
  byte[] definition();

  /** The same with the name that it has on the aggregate endpoint. */
  byte[] exposedDefinition();
}
