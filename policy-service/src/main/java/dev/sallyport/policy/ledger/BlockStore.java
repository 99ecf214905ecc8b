package dev.sallyport.policy.ledger;

import dev.sallyport.policy.ledger.Ledger.Block;
import dev.sallyport.policy.ledger.Ledger.Epoch;
import dev.sallyport.policy.ledger.Ledger.Trimmed;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;

/**
 * What outlives Redis: what was allotted at most, and which memory of Redis counts. Any thread;
 * nothing blocks.
 */
public interface BlockStore {

  /** Allots at least this much to the slice, and forgets those before {@code oldest}. */
  Uni<Void> allot(
      String tenant, String limitId, String shape, long slice, long allotted, long oldest);

  Uni<List<Block>> blocks(String tenant, String limitId, String shape);

  /** Lowers what is still as it was. */
  Uni<Void> trim(String tenant, String limitId, String shape, List<Trimmed> trimmed);

  /** The epoch of the tenant, as {@code next} makes it from the one before; one at a time. */
  Uni<Epoch> epoch(String tenant, Function<Epoch, Uni<Epoch>> next);
}
