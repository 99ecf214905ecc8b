package dev.sallyport.edge.admin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Revisions as entity tags (RFC 9110, section 8.8.3). */
final class Revisions {

  private static final Pattern TAG = Pattern.compile("(?:W/)?\"(\\d{1,18})\"");

  private Revisions() {}

  static String tag(long revision) {
    return "\"" + revision + "\"";
  }

  /**
   * The revision that the caller saw; 0 when it does not say or says {@code *}.
   *
   * @throws BodyRefused for any other If-Match
   */
  static long expected(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.equals("*")) {
      return 0;
    }
    Matcher matcher = TAG.matcher(ifMatch.strip());
    if (!matcher.matches()) {
      throw Body.refused("If-Match", "must be the ETag of an earlier answer, such as \"3\"");
    }
    return Long.parseLong(matcher.group(1));
  }

  /**
   * Must there be nothing of this name yet? {@code If-None-Match: *} says so (RFC 9110, section
   * 13.1.2).
   *
   * @throws BodyRefused for any other If-None-Match
   */
  static boolean mustBeNew(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (!ifNoneMatch.strip().equals("*")) {
      throw Body.refused("If-None-Match", "can only be *: nothing of this name must be there yet");
    }
    return true;
  }
}
