package dev.sallyport.cli.admin;

/** An expected failure: its message is one sentence that names the fix. */
public final class AdminFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  static final int REFUSED = 1;
  static final int NO_GATEWAY = 3;

  private final int status;

  AdminFailed(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** Exit status of the command. */
  public int status() {
    return status;
  }
}
