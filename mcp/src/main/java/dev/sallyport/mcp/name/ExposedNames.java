package dev.sallyport.mcp.name;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What a tool is called on the aggregate endpoint (features A4): {@code server__tool} in {@code
 * [A-Za-z0-9_-]}. A function of its arguments only, so names are stable over restarts and replicas.
 *
 * <p>A name that has to be changed or shortened ends in {@code _} and 8 base32 characters of the
 * SHA-256 of server and tool. A name that looks like that by itself counts as changed, so an
 * unchanged name never equals a changed one. Prefixes must be unique among the names and prefixes
 * of a tenant's servers: that is for whoever accepts them to check.
 */
public final class ExposedNames {

  /** Clients put up to 18 characters before a name, and models stop at 64. */
  public static final int DEFAULT_LONGEST = 46;

  /** The longest server name, the separator and a hash must fit. */
  public static final int SHORTEST_LONGEST = ServerName.LONGEST + 2 + 1 + 9;

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int HASH = 8;

  private ExposedNames() {}

  /** With at most {@link #DEFAULT_LONGEST} characters. */
  public static String of(String server, String tool, @Nullable String prefix) {
    return of(server, tool, prefix, DEFAULT_LONGEST);
  }

  /**
   * @param server name of the upstream, as {@link ServerName} allows it
   * @param tool the name that the upstream knows, anything
   * @param prefix stands in the place of the server name; null for none
   * @param longest how many characters the result may have, at least {@link #SHORTEST_LONGEST}
   */
  public static String of(String server, String tool, @Nullable String prefix, int longest) {
    if (longest < SHORTEST_LONGEST) {
      throw new IllegalArgumentException(
          "Allow names of at least " + SHORTEST_LONGEST + " characters.");
    }
    String before = ServerName.check(prefix == null ? server : prefix) + "__";
    String plain = plain(tool);
    if (plain.equals(tool) && before.length() + tool.length() <= longest && !looksHashed(tool)) {
      return before + tool;
    }
    int room = longest - before.length() - HASH - 1;
    return before + plain.substring(0, Math.min(plain.length(), room)) + '_' + hash(server, tool);
  }

  /**
   * A name for a client that takes fewer characters than the tool's name has: as much of the name
   * as there is room for, and the hash. A name that fits is returned as it is. Of an exposed name
   * this is what {@link #of(String, String, String, int)} makes with the smaller limit.
   *
   * @param name what the tool is called: its exposed name, or its own
   * @param longest how many characters the result may have, at least {@link #SHORTEST_LONGEST}
   */
  public static String shortened(String server, String tool, String name, int longest) {
    if (longest < SHORTEST_LONGEST) {
      throw new IllegalArgumentException(
          "Allow names of at least " + SHORTEST_LONGEST + " characters.");
    }
    if (name.length() <= longest) {
      return name;
    }
    String plain = plain(name);
    return plain.substring(0, Math.min(plain.length(), longest - HASH - 1))
        + '_'
        + hash(server, tool);
  }

  /** Whether a name could stand by itself: the characters and the length of exposed names. */
  public static boolean isUsable(String name) {
    return !name.isEmpty() && name.length() <= DEFAULT_LONGEST && plain(name).equals(name);
  }

  private static String plain(String tool) {
    StringBuilder plain = new StringBuilder(tool.length());
    tool.codePoints()
        .forEach(
            c ->
                plain.append(
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '_'
                            || c == '-'
                        ? (char) c
                        : '_'));
    return plain.isEmpty() ? "_" : plain.toString();
  }

  /** Whether a name ends as those do that were changed: in {@code _} and 8 characters of base32. */
  public static boolean looksHashed(String tool) {
    int from = tool.length() - HASH;
    if (from < 1 || tool.charAt(from - 1) != '_') {
      return false;
    }
    for (int i = from; i < tool.length(); i++) {
      if (BASE32.indexOf(tool.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** 8 base32 characters of the SHA-256 of both: what tells apart names that were made alike. */
  public static String hash(String server, String tool) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    sha256.update(server.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    byte[] digest = sha256.digest(tool.getBytes(StandardCharsets.UTF_8));
    long bits = 0;
    for (int i = 0; i < 5; i++) {
      bits = bits << 8 | (digest[i] & 0xFF);
    }
    StringBuilder hash = new StringBuilder(HASH);
    for (int i = HASH - 1; i >= 0; i--) {
      hash.append(BASE32.charAt((int) (bits >>> (5 * i)) & 31));
    }
    return hash.toString();
  }
}
