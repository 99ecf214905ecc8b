package dev.sallyport.cli.stdio;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where the gateway is. */
sealed interface Destination {

  /** Asked before every request: a gateway that starts again may do so on another port. */
  @FunctionalInterface
  interface Source {
    Destination now();
  }

  /**
   * @param url the MCP endpoint
   * @param key the virtual key; null for a gateway without authentication
   */
  record Known(URI url, @Nullable String key) implements Destination {

    /** For messages: without user information and query, which may hold secrets. */
    String shown() {
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }

    /** Shows no key. */
    @Override
    public String toString() {
      return "Known[" + shown() + "]";
    }
  }

  /**
   * @param remedy what is missing and how it is mended
   */
  record Unknown(String remedy) implements Destination {}
}
