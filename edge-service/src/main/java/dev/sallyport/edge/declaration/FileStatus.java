package dev.sallyport.edge.declaration;

import org.jspecify.annotations.Nullable;

/**
 * How one declared file is.
 *
 * @param servers how many servers of the file are in force
 * @param keys how many keys of the file are in force
 * @param limits how many limits of the file are in force
 * @param rules how many rules of the file are in force
 * @param problem what is wrong; null when nothing is
 */
public record FileStatus(
    String path,
    String source,
    State state,
    int servers,
    int keys,
    int limits,
    int rules,
    @Nullable String problem) {

  /** What became of the file's present content. */
  public enum State {
    /** Not applied yet: a service that has to apply it is away. */
    PENDING,
    /** What the file says is in force. */
    APPLIED,
    /** What the file says is refused; what it said before, if anything, is in force. */
    REFUSED
  }
}
