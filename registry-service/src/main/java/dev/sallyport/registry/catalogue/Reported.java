package dev.sallyport.registry.catalogue;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerStatus;

/**
 * What the owning executor said last about an upstream. The lists are the last that were seen.
 *
 * @param ownerEpoch grows with every start of the owner
 * @param generation grows with the owner's reports
 * @param serverRevision revision of the definition that the executor was connected with
 */
public record Reported(
    String executor,
    long ownerEpoch,
    long generation,
    long serverRevision,
    ToolList tools,
    OfferLists offers,
    String instructions,
    ByteString capabilities,
    ServerStatus status) {

  /** May this follow {@code known}? Older ones, and those of a replaced owner, may not. */
  static boolean isCurrent(String executor, long ownerEpoch, long generation, Reported known) {
    if (ownerEpoch != known.ownerEpoch) {
      return ownerEpoch > known.ownerEpoch;
    }
    return executor.equals(known.executor) && generation >= known.generation;
  }

  static boolean isThere(Health health) {
    return health == Health.HEALTH_READY || health == Health.HEALTH_DEGRADED;
  }

  /** The same upstream in another state of health; its lists stay. */
  Reported withStatus(
      String newExecutor, long newEpoch, long newGeneration, long revision, ServerStatus to) {
    return new Reported(
        newExecutor,
        newEpoch,
        newGeneration,
        revision,
        tools,
        offers,
        instructions,
        capabilities,
        to);
  }

  /** Differs for watchers, whoever said it. */
  boolean saysTheSameAs(Reported other) {
    return serverRevision == other.serverRevision
        && tools.version().equals(other.tools.version())
        && offers.version().equals(other.offers.version())
        && instructions.equals(other.instructions)
        && capabilities.equals(other.capabilities)
        && status.equals(other.status);
  }
}
