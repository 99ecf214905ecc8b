package dev.sallyport.starlark;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A value that the host does not have, such as the answer of a call that was not made. It can be
 * assigned, passed to functions and kept in collections; whatever would depend on what it is (a
 * test, a comparison, an operator, an attribute, an element, its type, its text) ends the run with
 * {@link UnknownUsed}.
 */
public final class Unknown implements HasAttributes {
  private final String source;

  /**
   * Makes one.
   *
   * @param source what it would be, for messages: {@code what fs.read returns}
   */
  public Unknown(String source) {
    this.source = source;
  }

  /** What it would be. */
  public String source() {
    return source;
  }

  UnknownUsed used() {
    return new UnknownUsed(source);
  }

  @Override
  public String typeName() {
    throw used();
  }

  @Override
  public boolean truth() {
    throw used();
  }

  @Override
  public void repr(Printer out) {
    throw used();
  }

  @Override
  public @Nullable Object attribute(String name) {
    throw used();
  }

  @Override
  public Collection<String> attributeNames() {
    throw used();
  }

  /** Its own identity only; scripts compare by other ways, which end the run. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** Asked where it would be a key. */
  @Override
  public int hashCode() {
    throw used();
  }

  @Override
  public String toString() {
    return "Unknown[" + source + "]";
  }
}
