package dev.sallyport.edge.lease;

import java.util.function.BiConsumer;

/** Where the ledger asks for units that are leased and not needed. */
public interface LeaseRecalls {

  /**
   * @param listener is given tenant and limit id; on any thread
   */
  void onRecall(BiConsumer<String, String> listener);
}
