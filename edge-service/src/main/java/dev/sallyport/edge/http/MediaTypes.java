package dev.sallyport.edge.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content negotiation as far as MCP needs it; no regular expressions. */
final class MediaTypes {

  static final String JSON = "application/json";
  static final String PROBLEM = "application/problem+json";
  static final String EVENT_STREAM = "text/event-stream";

  /** What SDKs send. */
  private static final String USUAL = "application/json, text/event-stream";

  private MediaTypes() {}

  /** POST: the client must take both (Streamable HTTP, "Sending Messages"). */
  static boolean acceptsBoth(List<String> accept) {
    return accept.size() == 1 && USUAL.equals(accept.getFirst())
        || (accepts(accept, JSON) && accepts(accept, EVENT_STREAM));
  }

  static boolean acceptsStream(List<String> accept) {
    return accepts(accept, EVENT_STREAM);
  }

  private static boolean accepts(List<String> headers, String type) {
    String any = type.substring(0, type.indexOf('/') + 1) + '*';
    for (String header : headers) {
      int start = 0;
      while (start < header.length()) {
        int comma = header.indexOf(',', start);
        int end = comma < 0 ? header.length() : comma;
        String range = bare(header.substring(start, end));
        if (range.equals(type) || range.equals(any) || range.equals("*/*")) {
          return true;
        }
        start = end + 1;
      }
    }
    return false;
  }

  static boolean isJson(@Nullable String contentType) {
    return contentType != null && (contentType.equals(JSON) || bare(contentType).equals(JSON));
  }

  private static String bare(String value) {
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }
}
