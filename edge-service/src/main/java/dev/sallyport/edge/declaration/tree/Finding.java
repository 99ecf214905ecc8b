package dev.sallyport.edge.declaration.tree;

/**
 * What is wrong at one place, and the fix.
 *
 * @param file as the user named it
 * @param key path of the key, such as {@code servers.fs.command}; empty for the whole document
 */
public record Finding(String file, Position at, String key, String message) {

  /** {@code file:line:column: key: message}, as compilers write it. */
  @Override
  public String toString() {
    String place = file + ":" + at.line() + ":" + at.column() + ": ";
    return key.isEmpty() ? place + message : place + key + ": " + message;
  }
}
