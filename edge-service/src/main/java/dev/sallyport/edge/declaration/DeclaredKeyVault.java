package dev.sallyport.edge.declaration;

import java.io.IOException;
import java.util.Optional;

/**
 * Where keys are kept that a file declares without a value: minted once, the same after a restart.
 */
public interface DeclaredKeyVault {

  /** The key of this name, if it was minted before. */
  Optional<String> key(String name) throws IOException;

  /** Keeps a key. When this returns, the key survives a crash. */
  void keep(String name, String key) throws IOException;
}
