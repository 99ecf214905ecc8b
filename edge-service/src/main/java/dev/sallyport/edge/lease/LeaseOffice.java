package dev.sallyport.edge.lease;

import java.time.Duration;
import java.util.function.Consumer;

/** What a {@link Balance} needs of the world. Nothing here calls back before it returns. */
interface LeaseOffice {

  /** Asks policy for a lease. */
  void ask(Balance balance, long needed, long wanted, Consumer<Answer> then);

  /** Tells policy what came of a lease. */
  void settle(Balance balance, HeldLease lease, boolean closed);

  /** Tells policy that permits are still held; {@link Balance#renewed} is told the answer. */
  void renew(Balance balance, HeldLease lease);

  void later(long millis, Runnable action);

  /** How long a call waits for a ledger that has lost its memory. */
  Duration patience();

  /** What policy says to a question. */
  sealed interface Answer {

    record Leased(HeldLease lease) implements Answer {}

    record Reached(long resetsAtMillis, long retryAfterMillis, boolean recalled)
        implements Answer {}

    record Recovers(long millis) implements Answer {}

    record Failed() implements Answer {}
  }
}
