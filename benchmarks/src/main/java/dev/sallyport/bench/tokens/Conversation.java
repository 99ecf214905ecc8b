package dev.sallyport.bench.tokens;

/**
 * What a model reads over one task. An agent keeps nothing at the model: each request sends the
 * definitions of all tools, the instructions, and the whole conversation so far. So the input of a
 * task is, summed over its requests, definitions + instructions + all messages before. One request
 * more than there are turns with calls: the last one makes the answer, which nobody reads again.
 *
 * <p>Both ways are counted alike. A definition is the JSON of name, description and input schema,
 * as model APIs take it; output schemas, titles and annotations are not sent, and not counted. A
 * message costs its text and {@link #MESSAGE} tokens for its frame. Calls that do not need each
 * other's results are made in one turn. A script is counted as the JSON string that it travels in.
 * No prices: caches of prompts make repeated input cheaper for both, and do not make it shorter.
 */
final class Conversation {

  static final int MESSAGE = 4;

  private static final String INSTRUCTIONS =
      """
      You are an assistant with access to the tools of the company. Do what the user asks with as few steps as it takes.
      Call tools when you need information or have to act; do not guess. Answer briefly, and name what you did.""";

  private final long each;
  private long messages;
  private long input;
  private long output;
  private int requests;

  /**
   * @param definitions tokens of all definitions that are sent
   */
  Conversation(long definitions, String question) {
    this.each = definitions + Tokens.count(INSTRUCTIONS) + MESSAGE;
    this.messages = (long) Tokens.count(question) + MESSAGE;
  }

  /** The model is asked for its next step; what it has to read is counted. */
  void request() {
    requests++;
    input += each + messages;
  }

  /** The model calls a tool. */
  void call(String name, String arguments) {
    int tokens = Tokens.count("{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
    output += tokens;
    messages += tokens + MESSAGE;
  }

  /** A tool's result. */
  void result(String text) {
    messages += Tokens.count(text) + MESSAGE;
  }

  /** The answer to the user. */
  void answer(String text) {
    output += Tokens.count(text);
  }

  Cost cost() {
    return new Cost(input, output, requests);
  }

  /**
   * @param input tokens that the model reads over the task
   * @param output tokens that it writes
   * @param requests how often it is asked
   */
  record Cost(long input, long output, int requests) {}
}
