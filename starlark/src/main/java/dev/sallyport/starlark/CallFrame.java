package dev.sallyport.starlark;

/**
 * One active call when an error occurred.
 *
 * @param function the name of the function; {@code <toplevel>} for the file itself
 * @param position where in that function
 */
public record CallFrame(String function, Position position) {
  @Override
  public String toString() {
    return position + ": in " + function;
  }
}
