package dev.sallyport.edge.caller;

import dev.sallyport.rules.Facts;

/** Who a caller is, as conditions of rules see it. */
public final class CallerFacts {

  private CallerFacts() {}

  public static Facts.Caller of(AccessProfile profile) {
    Belonging belonging = profile.belonging();
    return new Facts.Caller(
        profile.tenant(),
        profile.keyName(),
        belonging.customer(),
        belonging.teams(),
        belonging.user(),
        belonging.roles());
  }

  /** Equal for equal facts only: every part is preceded by its length. */
  static String digest(AccessProfile profile) {
    Facts.Caller caller = of(profile);
    StringBuilder digest = new StringBuilder();
    add(digest, caller.key());
    add(digest, caller.customer());
    add(digest, caller.user());
    caller.teams().forEach(team -> add(digest.append('t'), team));
    caller.roles().forEach(role -> add(digest.append('r'), role));
    return digest.toString();
  }

  private static void add(StringBuilder digest, String part) {
    digest.append(part.length()).append(':').append(part);
  }
}
