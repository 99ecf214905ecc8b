package dev.sallyport.edge.declaration.tree;

/**
 * How much a document may ask for.
 *
 * @param bytes size of the text
 * @param depth nesting of lists and mappings
 * @param values number of values after aliases are followed
 * @param aliases YAML aliases of lists and mappings
 */
public record Limits(int bytes, int depth, int values, int aliases) {

  /** For a file or a request that a person wrote. */
  public static final Limits DOCUMENT = new Limits(1024 * 1024, 20, 50_000, 50);
}
