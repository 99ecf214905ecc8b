package dev.sallyport.rules;

/** What a condition says of one call. */
public sealed interface Outcome {

  Outcome HOLDS = new Holds();
  Outcome HOLDS_NOT = new HoldsNot();

  record Holds() implements Outcome {}

  record HoldsNot() implements Outcome {}

  /**
   * It says nothing.
   *
   * @param why one sentence for records and logs, without values of the call
   */
  record Fails(String why) implements Outcome {}
}
