package dev.sallyport.executor.upstream;

import java.nio.charset.StandardCharsets;

/** What the gateway says of itself to upstreams. */
public final class Identity {

  public static final String NAME = "sallyport";

  public static final String VERSION = version();

  /** {@code clientInfo} in both eras. */
  @SuppressWarnings("MutablePublicArray") // Spliced into every request; nobody writes to it.
  public static final byte[] JSON =
      ("{\"name\":\"" + NAME + "\",\"version\":\"" + VERSION + "\"}")
          .getBytes(StandardCharsets.UTF_8);

  private Identity() {}

  private static String version() {
    String version = Identity.class.getPackage().getImplementationVersion();
    return version == null || !version.matches("[0-9A-Za-z.+-]+") ? "0.1.0" : version;
  }
}
