package dev.sallyport.executor.upstream;

/** An upstream could not be connected. The message is one sentence for an operator. */
public final class ConnectFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean hopeless;

  /**
   * @param hopeless trying again cannot help, only another definition can
   */
  public ConnectFailed(String reason, boolean hopeless) {
    super(reason, null, false, false);
    this.hopeless = hopeless;
  }

  public ConnectFailed(String reason) {
    this(reason, false);
  }

  public boolean isHopeless() {
    return hopeless;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
