package dev.sallyport.edge.idempotency;

import java.time.Duration;

/** What becomes of a request that has an idempotency key. */
public sealed interface Claim {

  /** It is the first: it is to be done, and then kept or released. */
  record First(String tenant, String name, String binding, String mark, byte[] fingerprint)
      implements Claim {}

  /** The first was answered. */
  record Answered(Answer answer) implements Claim {}

  /**
   * The first still runs, or was cut off.
   *
   * @param longest after this at most the key is free again
   */
  record Running(Duration longest) implements Claim {}

  /** The key was used for another request. */
  record Another() implements Claim {}

  /** Something is kept that this edge cannot read: another key ring, or a newer edge. */
  record Unreadable() implements Claim {}
}
