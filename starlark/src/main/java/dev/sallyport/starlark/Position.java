package dev.sallyport.starlark;

/**
 * A place in a source text.
 *
 * @param file the name under which the source was parsed
 * @param line from 1
 * @param column from 1, in code points
 */
public record Position(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
