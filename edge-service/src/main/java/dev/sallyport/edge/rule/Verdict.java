package dev.sallyport.edge.rule;

import java.time.Duration;

/** What the rules of a tenant say of one call. */
public sealed interface Verdict {

  /**
   * It may go on.
   *
   * @param rule the one that says so; empty where none held
   */
  record Allow(String rule) implements Verdict {}

  /**
   * It is refused.
   *
   * @param rule the one that says so; empty where the arguments say two things, so that no rule can
   *     be asked
   * @param reason for the caller; may be empty
   * @param hides the tool is as if it did not exist, also in lists
   */
  record Deny(String rule, String reason, boolean hides) implements Verdict {}

  /**
   * A person decides.
   *
   * @param rule the one that says so
   * @param reason for the caller; may be empty
   * @param expiresIn how long the approval may wait
   */
  record Ask(String rule, String reason, Duration expiresIn) implements Verdict {}
}
