package dev.sallyport.kit.secret;

import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret is kept: {@code env:NAME} or {@code file:PATH}, alone or inside a text as {@code
 * ${env:NAME}}; anything else is a literal. The schemes {@code vault}, {@code aws}, {@code gcp} and
 * {@code azure} are reserved: a reference with one of them is refused rather than taken as a
 * literal.
 */
public sealed interface SecretReference {

  record Environment(String name) implements SecretReference {}

  record File(String path) implements SecretReference {}

  record Literal(Secret value) implements SecretReference {}

  /**
   * A text with references in it, such as {@code Bearer ${env:TOKEN}}. A {@code $} that opens no
   * reference stands for itself.
   */
  record Template(String text) implements SecretReference {

    private static final Pattern PLACE = Pattern.compile("\\$\\{((?:env|file):[^{}]*)}");

    /** The text with every reference replaced by what {@code values} says of it. */
    public String fill(Function<String, String> values) {
      return PLACE
          .matcher(text)
          .replaceAll(place -> Matcher.quoteReplacement(values.apply(place.group(1))));
    }

    /**
     * The text with everything but its references and a leading scheme word replaced by {@code
     * mask}.
     */
    public String masked(String mask) {
      StringBuilder shown = new StringBuilder();
      Matcher place = PLACE.matcher(text);
      int from = 0;
      while (place.find()) {
        shown
            .append(maskedLiteral(text.substring(from, place.start()), mask))
            .append(place.group());
        from = place.end();
      }
      return shown.append(maskedLiteral(text.substring(from), mask)).toString();
    }

    @Override
    public String toString() {
      return masked("***");
    }

    private static String maskedLiteral(String literal, String mask) {
      return literal.isBlank() || literal.matches("(?i)(bearer|basic|token) ") ? literal : mask;
    }
  }

  Set<String> RESERVED = Set.of("vault", "aws", "gcp", "azure");

  /**
   * @throws IllegalArgumentException naming the reference and the remedy, when it is empty or of a
   *     scheme that this version cannot resolve
   */
  static SecretReference parse(String text) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    if (scheme.equals("env")) {
      if (!rest.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' is not a secret reference: after 'env:' comes the name of an environment variable");
      }
      return new Environment(rest);
    }
    if (scheme.equals("file")) {
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(
            "'file:' is not a secret reference: after it comes the path of a file");
      }
      return new File(rest);
    }
    if (RESERVED.contains(scheme)) {
      throw new IllegalArgumentException(
          "secret references of scheme '"
              + scheme
              + "' cannot be resolved by this version; use env: or file:");
    }
    Matcher place = Template.PLACE.matcher(text);
    if (!place.find()) {
      return new Literal(Secret.of(text));
    }
    do {
      parse(place.group(1));
    } while (place.find());
    return new Template(text);
  }

  /** Can this be shown? References can; literals, and texts with references in them, cannot. */
  default boolean isReference() {
    return !(this instanceof Literal) && !(this instanceof Template);
  }
}
