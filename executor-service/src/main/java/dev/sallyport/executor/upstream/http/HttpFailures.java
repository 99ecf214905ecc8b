package dev.sallyport.executor.upstream.http;

import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.executor.upstream.TransportFailure.Delivery;
import dev.sallyport.kit.error.ErrorCode;
import io.vertx.core.MultiMap;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong in HTTP, told without the host. */
final class HttpFailures {

  private HttpFailures() {}

  /** No connection could be had: nothing was sent. */
  static TransportFailure notConnected(Throwable cause) {
    return TransportFailure.notDelivered(ErrorCode.UPSTREAM_DOWN, whyNotConnected(cause));
  }

  private static String whyNotConnected(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException) {
        return "The name of the tool's server cannot be resolved.";
      }
      if (at instanceof SSLException) {
        return "The tool's server cannot be trusted: the TLS handshake failed.";
      }
    }
    return "The tool's server does not accept connections.";
  }

  /** An answer that is not a JSON-RPC message. */
  static TransportFailure status(int status, MultiMap headers) {
    Duration retryAfter = retryAfter(headers.get("Retry-After"));
    if (status == 401 || status == 403) {
      return refused("The tool's server refused the gateway's credentials.", status, null);
    }
    if (status >= 300 && status < 400) {
      return refused(
          "The tool's server redirects elsewhere, which is not followed; configure its final URL.",
          status,
          null);
    }
    if (status == 429) {
      return refused("The tool's server limits the gateway's calls.", status, retryAfter);
    }
    if (status == 503) {
      return refused("The tool's server is overloaded or in maintenance.", status, retryAfter);
    }
    if (status >= 400 && status < 500) {
      return refused(
          "The tool's server refused the gateway's request (HTTP " + status + ").", status, null);
    }
    if (status >= 500) {
      return new TransportFailure(
          ErrorCode.UPSTREAM_LOST,
          "The tool's server failed (HTTP "
              + status
              + "); whether the call took effect is unknown.",
          Delivery.UNKNOWN,
          null,
          status);
    }
    return new TransportFailure(
        ErrorCode.UPSTREAM_GARBAGE,
        ErrorCode.UPSTREAM_GARBAGE.message(),
        Delivery.ANSWERED,
        null,
        status);
  }

  private static TransportFailure refused(
      String message, int status, @Nullable Duration retryAfter) {
    return new TransportFailure(
        ErrorCode.UPSTREAM_REFUSED, message, Delivery.REFUSED, retryAfter, status);
  }

  private static @Nullable Duration retryAfter(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(header))
        : null;
  }
}
