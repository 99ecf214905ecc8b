package dev.sallyport.mcp.frame;

/**
 * Where a JSON value stands in a frame.
 *
 * @param start index of its first byte
 * @param end index after its last byte
 */
public record Span(int start, int end) {

  public int length() {
    return end - start;
  }
}
