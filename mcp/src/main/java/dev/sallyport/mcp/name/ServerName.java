package dev.sallyport.mcp.name;

import org.jspecify.annotations.Nullable;

/**
 * The rule for names of upstream servers (features A4): {@code [a-z0-9-]+}, at most 30 characters.
 * They are never shortened and never hold {@code _}, so the first {@code __} of an exposed name
 * ends the server.
 */
public final class ServerName {

  public static final int LONGEST = 30;

  private ServerName() {}

  /**
   * What is wrong with the name, as a sentence that names the fix; null if nothing is. The same
   * rule holds for a server's {@code prefix}.
   */
  public static @Nullable String problem(String name) {
    if (name.isEmpty()) {
      return "Give the server a name of lower-case letters, digits and hyphens.";
    }
    boolean allowed = name.chars().allMatch(ServerName::isAllowed);
    if (!allowed || name.length() > LONGEST) {
      return (allowed
              ? "The server name is longer than " + LONGEST + " characters"
              : "A server name has only lower-case letters, digits and hyphens")
          + suggestion(name);
    }
    return null;
  }

  /**
   * The name itself.
   *
   * @throws IllegalArgumentException with the sentence of {@link #problem}
   */
  public static String check(String name) {
    String problem = problem(name);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return name;
  }

  /**
   * The nearest allowed name, for files of other clients that name servers freely; empty if nothing
   * of the name can stay.
   */
  public static String nearest(String name) {
    StringBuilder nearest = new StringBuilder(LONGEST);
    for (int i = 0; i < name.length() && nearest.length() < LONGEST; i++) {
      char c = Character.toLowerCase(name.charAt(i));
      if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
        nearest.append(c);
      } else if (nearest.length() > 0 && nearest.charAt(nearest.length() - 1) != '-') {
        nearest.append('-');
      }
    }
    int length = nearest.length();
    if (length > 0 && nearest.charAt(length - 1) == '-') {
      nearest.setLength(length - 1);
    }
    return nearest.toString();
  }

  private static String suggestion(String name) {
    String nearest = nearest(name);
    return nearest.isEmpty() ? "; rename it." : "; use \"" + nearest + "\".";
  }

  private static boolean isAllowed(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
  }
}
