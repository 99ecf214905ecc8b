package dev.sallyport.sandbox.pool;

import java.util.Locale;

/** Why a worker ended. */
public enum EndReason {
  /** Its script broke a limit. */
  LIMIT(true),
  /** It did not keep to the protocol. */
  PROTOCOL(true),
  /** It did not stop when its time was over. */
  OVERRUN(true),
  /** It went away by itself. */
  LOST(true),
  /** Its caller went away. */
  CANCELLED(false),
  /** It has run as many scripts as one does. */
  WORN(false),
  /** Nobody of its tenant has used it for long. */
  IDLE(false),
  /** Another tenant needs its place. */
  EVICTED(false),
  /** It never became ready. */
  NOT_STARTED(true),
  /** The service ends. */
  CLOSED(false);

  private final boolean bad;

  EndReason(boolean bad) {
    this.bad = bad;
  }

  /** Whether something went wrong. */
  public boolean isBad() {
    return bad;
  }

  /** For metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
