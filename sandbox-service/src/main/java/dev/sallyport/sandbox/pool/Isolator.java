package dev.sallyport.sandbox.pool;

import java.util.List;

/** A way to start a worker that keeps it from everything else. */
interface Isolator {

  /** For messages: {@code bubblewrap}. */
  String name();

  /**
   * The command line that runs {@code command} isolated.
   *
   * @param java what the command runs: what it needs must be there
   */
  List<String> around(JavaCommand java, List<String> command);
}
