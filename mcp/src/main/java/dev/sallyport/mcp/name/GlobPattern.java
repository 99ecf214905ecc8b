package dev.sallyport.mcp.name;

/** A {@link ToolPattern} as its two halves. */
record GlobPattern(String text, Glob server, Glob tool) implements ToolPattern {

  static ToolPattern ofServer(String server, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "A tool pattern is empty; write \"*\" for every tool or the name of one.");
    }
    checkText(text);
    return new GlobPattern(server + "__" + text, new Glob(server), new Glob(text));
  }

  private static void checkText(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "A tool pattern is longer than " + LONGEST + " characters; use \"*\" to shorten it.");
    }
    if (!text.equals(text.strip()) || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "Remove the white space around the tool pattern " + shown(text) + ".");
    }
  }

  static ToolPattern parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "A tool pattern is empty; write \"*\" for every tool or \"server__tool\" for one.");
    }
    checkText(text);
    if (text.equals("*")) {
      return new GlobPattern(text, new Glob("*"), new Glob("*"));
    }
    int separator = text.indexOf("__");
    if (separator < 0) {
      throw new IllegalArgumentException(
          "The tool pattern "
              + shown(text)
              + " names no server; write "
              + shown("server__" + text)
              + ", or "
              + shown("*__" + text)
              + " for every server.");
    }
    String server = text.substring(0, separator);
    String tool = text.substring(separator + 2);
    if (server.isEmpty()) {
      throw new IllegalArgumentException(
          "The tool pattern " + shown(text) + " names no server; write " + shown("*" + text) + ".");
    }
    if (tool.isEmpty()) {
      throw new IllegalArgumentException(
          "The tool pattern " + shown(text) + " names no tool; write " + shown(text + "*") + ".");
    }
    if (!server.chars().allMatch(GlobPattern::mayStandInServer)) {
      throw new IllegalArgumentException(
          "The server part of the tool pattern "
              + shown(text)
              + " can match no server; use lower-case letters, digits, \"-\" and \"*\" in it.");
    }
    return new GlobPattern(text, new Glob(server), new Glob(tool));
  }

  private static boolean mayStandInServer(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '*';
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.chars().limit(80).forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
    return shown.append('"').toString();
  }

  @Override
  public boolean matches(String serverName, String toolName) {
    return server.matches(serverName) && tool.matches(toolName);
  }

  @Override
  public String toString() {
    return text;
  }
}
