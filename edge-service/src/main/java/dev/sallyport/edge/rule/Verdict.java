package dev.sallyport.edge.rule;

import java.time.Duration;

/** What is said of a call whose tool the caller may use. */
public sealed interface Verdict {

  /**
   * @param rule what said so
   */
  record Allow(String rule) implements Verdict {}

  /**
   * @param reason one sentence that may be shown to the caller
   * @param hides the tool is as if it did not exist
   */
  record Deny(String rule, String reason, boolean hides) implements Verdict {}

  /**
   * A person is asked first.
   *
   * @param reason one sentence for that person and for the caller
   * @param expiresIn how long the request can be decided; zero: the default
   */
  record Ask(String rule, String reason, Duration expiresIn) implements Verdict {}
}
