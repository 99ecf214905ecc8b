package dev.sallyport.policy.ledger;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * What was used of limits. Every operation is atomic over all replicas. Fails when the ledger
 * cannot be reached. Any thread; nothing blocks.
 *
 * <p>For each limit, always: charged + free = its units, and nothing is handed out that is not
 * charged before. Only what calls used beyond what they had taken (tokens) can make free negative,
 * and then nothing is handed out.
 */
public interface Ledger {

  /** All that is asked, or nothing. */
  Uni<Granting> grant(String tenant, Epoch epoch, List<Ask> asks);

  /** What came of each settlement. Totals: twice is as good as once. */
  Uni<List<Settled>> settle(String tenant, List<Settlement> settlements);

  /** Lets grants go up to what Postgres has allotted to a slice. */
  Uni<Void> allot(String tenant, Epoch epoch, Counted limit, long slice, long allotted);

  /** Begins the ledger of a limit with all that Postgres has allotted as charged. */
  Uni<Void> rebuild(String tenant, Epoch epoch, Ask ask, List<Block> blocks);

  /** Lowers what is allotted to what is charged. */
  Uni<List<Trimmed>> trim(String tenant, Epoch epoch, String limitId, String shape);

  /** In the order of the limits. */
  Uni<List<Standing>> standings(String tenant, List<Counted> limits);

  /** The epoch that the ledger of this tenant is of by itself; empty: none. */
  Uni<String> marker(String tenant);

  Uni<Void> mark(String tenant, String epoch);

  /**
   * Which memory of Redis is meant.
   *
   * @param name empty: not known
   * @param usableFrom Redis time, milliseconds
   */
  record Epoch(String name, long usableFrom) {
    static final Epoch UNKNOWN = new Epoch("", 0);
  }

  record Ask(String limitId, String leaseId, long needed, long wanted, LedgerShape shape) {}

  record Counted(String limitId, LedgerShape shape) {}

  /**
   * @param returned units that no call used, all told
   * @param overdrawn units that calls used beyond the lease, all told; charged to the present slice
   */
  record Settlement(Counted limit, String leaseId, long returned, long overdrawn, boolean closed) {}

  /**
   * @param known the ledger has the lease
   * @param used of the slice, where Postgres has allotted less to it: it has to allot this; else 0
   */
  record Settled(boolean known, long slice, long used) {}

  /** What Postgres has allotted to a slice. */
  record Block(long slice, long allotted) {}

  record Trimmed(long slice, long allotted, long before) {}

  /**
   * @param inDoubt units of leases that are handed out no more and not settled
   * @param resetsAtMillis 0: not known
   */
  record Standing(long charged, long inDoubt, long resetsAtMillis) {}

  /** What the ledger says to asks. Indices count from 0. */
  sealed interface Granting {}

  /** In the order of the asks. */
  record Granted(List<Grant> grants) implements Granting {}

  record Grant(long units, long lifeMillis) {}

  record Reached(int ask, long resetsAtMillis, long nowMillis, boolean recalled)
      implements Granting {}

  /** The memory is another one than was thought. */
  record OtherEpoch(String run, long nowMillis) implements Granting {}

  /** The clock of Redis is in another calendar window. */
  record OtherTime(long nowMillis) implements Granting {}

  record Recovers(long millis) implements Granting {}

  /** The ledger of this limit is not of this epoch. */
  record NotBuilt(int ask) implements Granting {}

  /** Postgres has to allot more first. */
  record NotAllotted(int ask, long slice, long used, long free) implements Granting {}
}
