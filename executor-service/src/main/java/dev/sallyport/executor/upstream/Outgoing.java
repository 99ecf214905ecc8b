package dev.sallyport.executor.upstream;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message to an upstream.
 *
 * @param frame the whole message; not written to afterwards
 * @param method of a request or notification; empty for a response
 * @param name what {@code Mcp-Name} mirrors, as the frame has it
 * @param headers further HTTP headers; ignored by other transports
 */
public record Outgoing(
    byte[] frame, String method, @Nullable String name, Map<String, String> headers) {

  public static Outgoing of(byte[] frame, String method) {
    return new Outgoing(frame, method, null, Map.of());
  }
}
