package dev.sallyport.edge.code;

import dev.sallyport.edge.catalog.CodeTools;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the result of a script is read, whole or in a slice.
 *
 * @param offset first character of the slice, from 0
 * @param length characters of the slice at most; 0: to the end
 */
record ResultUri(String id, int offset, int length) {

  private static final String BEGINNING = "sallyport://" + CodeTools.SERVER + "/results/";
  private static final Pattern FORM =
      Pattern.compile(
          Pattern.quote(BEGINNING)
              + "([0-9a-f-]{36})(?:\\?offset=(\\d{1,9})(?:&length=(\\d{1,9}))?)?");

  static String at(String id) {
    return BEGINNING + id;
  }

  /** Null for a URI of something else. */
  static @Nullable ResultUri parse(String uri) {
    Matcher matcher = FORM.matcher(uri);
    return matcher.matches()
        ? new ResultUri(matcher.group(1), number(matcher.group(2)), number(matcher.group(3)))
        : null;
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** The slice of a text, cut between characters. */
  String of(String text, int most) {
    int from = whole(text, Math.min(offset, text.length()));
    long wanted = length == 0 ? most : Math.min(length, most);
    int to = whole(text, (int) Math.min(text.length(), from + wanted));
    return text.substring(from, to);
  }

  private static int whole(String text, int at) {
    return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
