package dev.sallyport.mcp.frame;

/**
 * What a frame may be at most.
 *
 * @param maxBytes size of the whole frame
 * @param maxDepth objects and arrays inside each other, the frame itself included; 1 to 512, so
 *     that a scan fits on any thread's stack
 */
public record Limits(int maxBytes, int maxDepth) {

  /** 32 MiB and 128 levels. */
  public static final Limits DEFAULT = new Limits(32 * 1024 * 1024, 128);

  public Limits {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1");
    }
    if (maxDepth < 1 || maxDepth > 512) {
      throw new IllegalArgumentException("maxDepth must be between 1 and 512");
    }
  }

  public Limits withMaxBytes(int bytes) {
    return new Limits(bytes, maxDepth);
  }
}
