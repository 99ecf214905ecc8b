package dev.sallyport.edge.dialect;

/**
 * A client as it names itself. None of it is proven: it is for records and for the dialect.
 *
 * @param name {@code clientInfo.name}; empty for a client that does not say
 * @param version {@code clientInfo.version}, likewise
 * @param text both, for records
 */
public record Client(String name, String version, String text, Dialect dialect) {

  /** One that says nothing of itself. */
  public static final Client UNNAMED = new Client("", "", "", Dialect.PLAIN);

  private static final int LONGEST_NAME = 96;
  private static final int LONGEST_VERSION = 31;

  /** Longer texts than any client has are cut: names at 96 characters, versions at 31. */
  static Client of(String name, String version, Dialect dialect) {
    String shownName = cut(name, LONGEST_NAME);
    String shownVersion = cut(version, LONGEST_VERSION);
    return new Client(
        shownName,
        shownVersion,
        shownVersion.isEmpty() ? shownName : shownName + ' ' + shownVersion,
        dialect);
  }

  /**
   * One of which only the text is known.
   *
   * @param text name and version as one
   */
  public static Client withoutDialect(String text) {
    return new Client(text, "", text, Dialect.PLAIN);
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) : text;
  }

  public boolean isNamed() {
    return !name.isEmpty();
  }
}
