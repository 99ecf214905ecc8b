package dev.sallyport.testkit.gateway;

/** The gateway ended before it was ready. */
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String output;

  StartRefused(int status, String output) {
    super("the gateway ended with status " + status + ":\n" + output);
    this.status = status;
    this.output = output;
  }

  public int status() {
    return status;
  }

  /** Everything that it printed. */
  public String output() {
    return output;
  }
}
