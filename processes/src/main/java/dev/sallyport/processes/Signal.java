package dev.sallyport.processes;

/** How a process is asked to end, before it is made to. */
public enum Signal {
  TERM,
  /** Fast shutdown of a Postgres postmaster. */
  INT,
  QUIT,
  KILL
}
