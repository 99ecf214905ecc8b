package dev.sallyport.edge.code;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Results of scripts that were too long for an answer, shared by all edges, sealed and bound to
 * their caller. Everything fails when the store cannot be reached.
 */
public interface Results {

  /**
   * @param id names the result; nobody can guess it
   */
  Future<Void> put(String tenant, String caller, String id, byte[] json, Duration life);

  /** Empty where there is none for this caller, or none any more. */
  Future<Optional<byte[]>> get(String tenant, String caller, String id);
}
