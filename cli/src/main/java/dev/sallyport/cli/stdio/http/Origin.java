package dev.sallyport.cli.stdio.http;

import java.net.URI;

/** Who a connection is with. */
record Origin(boolean secure, String host, int port) {

  static Origin of(URI url) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    String host = url.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Origin(secure, bare, url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80);
  }
}
