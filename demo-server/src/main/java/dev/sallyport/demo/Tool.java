package dev.sallyport.demo;

/** One tool. */
interface Tool {

  String name();

  /** The definition as {@code tools/list} gives it: one JSON object. */
  byte[] definition();

  /** Whether it may take so long that it must not hold up other requests. */
  default boolean takesTime() {
    return false;
  }

  /** Runs the call. What is wrong with the arguments is a result that says so. */
  ToolResult run(Arguments arguments, RunningCall call);
}
