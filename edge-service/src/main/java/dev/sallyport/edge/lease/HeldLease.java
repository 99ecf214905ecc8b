package dev.sallyport.edge.lease;

/** A lease as this edge holds it. Guarded by its {@link Balance}. */
final class HeldLease {

  final String id;
  final long granted;

  /** {@link System#nanoTime()} from which on nothing of it is handed out. */
  long stopAtNanos;

  /** When half of its time is over: permits that are in use are renewed then. */
  long renewAtNanos;

  long lifeNanos;

  /** Not handed out. */
  long left;

  /** Handed to calls that have not ended. */
  long out;

  /** What policy may have back, all told. */
  long returned;

  /** What calls used beyond it and everything else that was held, all told. */
  long overdrawn;

  /** Nothing of it is handed out any more. */
  boolean stopped;

  /** Policy does not know it any more. */
  boolean lost;

  boolean used;

  private final LeaseJournal journal;
  private final int slot;

  HeldLease(
      String id, long granted, long askedNanos, long lifeNanos, LeaseJournal journal, int slot) {
    this.id = id;
    this.granted = granted;
    this.left = granted;
    this.journal = journal;
    this.slot = slot;
    lasts(askedNanos, lifeNanos);
  }

  /** A margin before its end: policy counts from later than edge, but its clock may run faster. */
  void lasts(long askedNanos, long forNanos) {
    lifeNanos = forNanos;
    stopAtNanos = askedNanos + forNanos - forNanos / 10;
    renewAtNanos = askedNanos + forNanos / 2;
  }

  boolean has(long units, long nowNanos) {
    return !stopped && left >= units && nowNanos - stopAtNanos < 0;
  }

  void hand(long units) {
    left -= units;
    out += units;
    used = true;
    noteReturnable();
  }

  /** A call that took units has given them back. */
  void takeBack(long units) {
    if (stopped) {
      returned += units;
    } else {
      left += units;
    }
    noteReturnable();
  }

  /**
   * A call has used more than it had taken: of what nobody holds.
   *
   * @return how much of it there was
   */
  long spend(long units) {
    long there = Math.min(left, units);
    left -= there;
    noteReturnable();
    return there;
  }

  /** A call has used more than there was. Nothing of the lease is handed out any more. */
  void overdraw(long units) {
    overdrawn += units;
    journal.overdrawn(slot, overdrawn);
  }

  /** Before a call is told that it has them: a crash must not return what a call may have used. */
  private void noteReturnable() {
    journal.returnable(slot, left + returned);
  }

  /** Policy has heard the last of it. */
  void settled() {
    journal.release(slot);
  }
}
