package dev.sallyport.edge.declaration;

import java.io.IOException;
import java.util.Map;

/**
 * Where keys are kept that a file declares without a value: minted once, the same after a restart.
 */
public interface DeclaredKeyVault {

  /** The keys that were minted before, by name. */
  Map<String, String> keys() throws IOException;

  /**
   * Keeps keys, by name, beside the ones that are kept. When this returns, they survive a crash.
   */
  void keep(Map<String, String> keys) throws IOException;
}
