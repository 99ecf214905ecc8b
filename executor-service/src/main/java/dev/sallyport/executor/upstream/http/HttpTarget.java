package dev.sallyport.executor.upstream.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Map;

/**
 * Where to send to, with the headers of the server definition, secrets resolved. Redirects are
 * never followed: they would carry credentials and calls to a place that nobody configured.
 */
public final class HttpTarget {

  private static final long CONNECT_TIMEOUT_MILLIS = 10_000;

  private final HttpClient client;
  private final RequestOptions where;
  private final Map<String, String> headers;
  private final URI url;

  public HttpTarget(HttpClient client, URI url, Map<String, String> headers) {
    this.client = client;
    this.url = url;
    this.headers = Map.copyOf(headers);
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    String path = url.getRawPath();
    String uri = path == null || path.isEmpty() ? "/" : path;
    this.where =
        new RequestOptions()
            .setHost(url.getHost())
            .setPort(url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80)
            .setSsl(secure)
            .setURI(url.getRawQuery() == null ? uri : uri + "?" + url.getRawQuery())
            .setFollowRedirects(false)
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
  }

  /**
   * Takes a connection for a request made by {@link #request}. Fails where none can be had, and
   * when the upstream is no longer wanted and its connections are closed.
   */
  Future<HttpClientRequest> open(RequestOptions options) {
    try {
      return client.request(options);
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed);
    }
  }

  public URI url() {
    return url;
  }

  /** The same server and headers at another path of the same origin. */
  public HttpTarget at(URI other) {
    return new HttpTarget(client, other, headers);
  }

  RequestOptions request(HttpMethod method, String accept) {
    MultiMap all = HttpHeaders.headers();
    headers.forEach(all::set);
    all.set(HttpHeaders.ACCEPT, accept);
    return new RequestOptions(where).setMethod(method).setHeaders(all);
  }
}
