package dev.sallyport.edge.caller;

import dev.sallyport.rules.Facts;
import java.util.List;

/**
 * Who a caller is, as conditions of rules see it. The one place to extend when profiles say more.
 */
public final class CallerFacts {

  private CallerFacts() {}

  public static Facts.Caller of(AccessProfile profile) {
    return new Facts.Caller(profile.tenant(), profile.keyName(), "", List.of(), "", List.of());
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
