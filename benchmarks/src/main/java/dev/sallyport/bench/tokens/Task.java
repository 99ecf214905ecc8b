package dev.sallyport.bench.tokens;

import java.util.List;

/**
 * Something that a user asks, and the two ways in which a model does it.
 *
 * @param classic turns; calls of one turn do not need each other's results
 * @param code turns of the meta tools
 * @param answer what the model says in the end, either way
 */
record Task(
    String name,
    int servers,
    String question,
    List<List<Call>> classic,
    List<List<Step>> code,
    String answer) {

  /**
   * A call of a tool.
   *
   * @param tool {@code server.tool}
   * @param arguments JSON
   */
  record Call(String tool, String arguments) {}

  /** A call of a meta tool. */
  sealed interface Step {

    /**
     * Lists servers, or searches.
     *
     * @param query empty for none
     */
    record ListFiles(String query) implements Step {}

    record Read(String file) implements Step {}

    record Docs(String server, String tool) implements Step {}

    record Execute(String script) implements Step {}
  }
}
