package dev.sallyport.testkit.gateway;

/** How a gateway runs. */
public enum GatewayMode {
  /** All services in one process. */
  STANDALONE,
  /** Six processes under a supervisor. */
  SPLIT;

  /** What {@code -Dsallyport.mode} asks for; standalone without it. */
  public static GatewayMode asked() {
    return "split".equalsIgnoreCase(System.getProperty("sallyport.mode", "standalone"))
        ? SPLIT
        : STANDALONE;
  }
}
