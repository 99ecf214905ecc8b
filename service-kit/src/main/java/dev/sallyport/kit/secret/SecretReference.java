package dev.sallyport.kit.secret;

import java.util.Set;

/**
 * Where a secret is kept: {@code env:NAME} or {@code file:PATH}; anything else is a literal. The
 * schemes {@code vault}, {@code aws}, {@code gcp} and {@code azure} are reserved: a reference with
 * one of them is refused rather than taken as a literal.
 */
public sealed interface SecretReference {

  record Environment(String name) implements SecretReference {}

  record File(String path) implements SecretReference {}

  record Literal(Secret value) implements SecretReference {}

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
    return new Literal(Secret.of(text));
  }

  /** Can this be shown? References can; literals cannot. */
  default boolean isReference() {
    return !(this instanceof Literal);
  }
}
