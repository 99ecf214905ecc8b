package dev.sallyport.starlark;

/** Where {@code print} writes. Called on the thread of the run; should not throw. */
@FunctionalInterface
public interface PrintSink {
  /** Drops everything. */
  PrintSink NONE = line -> {};

  /**
   * One call of {@code print}.
   *
   * @param text valid Unicode, without the newline that print adds; may have newlines in it
   */
  void print(String text);
}
