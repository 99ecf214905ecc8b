package dev.sallyport.cli.stdio.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param headers without Host and Content-Length; names and values as they go out, in visible
 *     ASCII, spaces and tabs
 * @param body null for none
 * @param patience how long the server may be silent; zero for as long as it likes
 */
public record HttpCall(
    String method,
    URI url,
    Map<String, String> headers,
    byte @Nullable [] body,
    Duration patience) {

  /** Shows no header, one of which is a key. */
  @Override
  public String toString() {
    return method + " " + url.getPath();
  }
}
