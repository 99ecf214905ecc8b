package dev.sallyport.cli.stdio.http;

import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a request. */
public sealed interface Sent {

  /**
   * The head of an answer came.
   *
   * @param headers by lower-case name; of several with one name the first
   * @param body ends with the answer, or throws when that is cut off
   */
  record Answered(int status, Map<String, String> headers, InputStream body) implements Sent {

    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * No connection could be had; nothing was sent.
   *
   * @param why half a sentence: {@code the connection was refused}
   */
  record NotReached(String why) implements Sent {}

  /** It was sent, or part of it, and no answer came. */
  record Broken() implements Sent {}

  /** {@link HttpExchange#abort} came first. */
  record Aborted() implements Sent {}
}
