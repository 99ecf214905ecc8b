package dev.sallyport.system;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The call id that an error result names: {@code [call 0190…]}. */
final class CallIds {

  private static final Pattern NAMED =
      Pattern.compile("\\[call ([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})]");

  private CallIds() {}

  static Optional<String> in(String text) {
    Matcher matcher = NAMED.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
