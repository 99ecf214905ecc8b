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

  /** How a report relates to what is known. */
  enum Claim {
    /** Of the owner, or of the same executor after a restart. */
    CURRENT,
    /** Of the owner, but overtaken. */
    OUTDATED,
    /** Of another executor, which may have the server when its owner is away. */
    FOREIGN
  }

  /** What a report with these marks is in view of {@code known}. */
  static Claim claim(String executor, long ownerEpoch, long generation, Reported known) {
    boolean sameName = executor.equals(known.executor);
    if (sameName && ownerEpoch == known.ownerEpoch) {
      return generation >= known.generation ? Claim.CURRENT : Claim.OUTDATED;
    }
    return sameName && ownerEpoch > known.ownerEpoch ? Claim.CURRENT : Claim.FOREIGN;
  }

  /** Names the owner to another executor. */
  String owner() {
    return executor + "@" + ownerEpoch;
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
