package dev.sallyport.audit.chain;

/** What a walk along a chain found. */
public sealed interface ChainVerdict {

  /** Every record is what it was when it was appended, and none is missing before the head. */
  record Intact(ChainHead head) implements ChainVerdict {}

  /**
   * The first place where the chain does not hold.
   *
   * @param position the place in the chain, counted from 1
   * @param callId of the record that stands there (or should follow); empty when none does
   * @param sequence of that record
   */
  record Broken(Defect defect, long position, String callId, int sequence)
      implements ChainVerdict {}

  /** What happened there. */
  enum Defect {
    /** The record is not the one that was appended. */
    CHANGED,
    /** A record is missing. */
    REMOVED,
    /** The record stood at another place. */
    REORDERED,
    /** The record was never appended by this service. */
    INSERTED
  }
}
