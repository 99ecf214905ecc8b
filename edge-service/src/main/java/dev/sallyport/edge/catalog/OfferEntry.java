package dev.sallyport.edge.catalog;

/**
 * A resource, a template or a prompt.
 *
 * @param server name of the upstream
 * @param name URI, URI template or name, as the upstream knows it
 * @param exposedName what it is called on the aggregate endpoint
 */
public record OfferEntry(
    String server, String name, String exposedName, byte[] definition, byte[] exposedDefinition)
    implements Listed {

  @Override
  public String toolName() {
    return "";
  }
}
