package dev.sallyport.codemode;

import java.util.List;

/** The answers of {@code listToolFiles}, within about so many tokens. */
final class ListingText {

  private static final int MOST_FOUND = 10;

  private ListingText() {}

  /** A line for each server, with as many names of its tools as there is room for. */
  static String ofServers(List<CodeServer> servers, int tools, int maxTokens) {
    if (servers.isEmpty()) {
      return "There are no tools that scripts may call.";
    }
    String head =
        "%s on %s. servers/SERVER.pyi has all stubs of a server, servers/SERVER/TOOL.pyi one."
                .formatted(count(tools, "tool"), count(servers.size(), "server"))
            + " listToolFiles(query=\"words\") finds tools.";
    int room = maxTokens - TokenEstimate.of(head);
    StringBuilder[] lines = new StringBuilder[servers.size()];
    int shown = 0;
    for (CodeServer server : servers) {
      StringBuilder line =
          new StringBuilder(CodeServer.file(server.server()))
              .append(" (")
              .append(server.tools().size())
              .append(')');
      int cost = TokenEstimate.of(line) + 3;
      if (room - cost < 20 && shown + 1 < servers.size()) {
        break;
      }
      room -= cost;
      lines[shown++] = line;
    }
    names(servers, lines, shown, shown < servers.size() ? 0 : room);
    StringBuilder text = new StringBuilder(head);
    for (int i = 0; i < shown; i++) {
      text.append('\n').append(lines[i]);
    }
    if (shown < servers.size()) {
      text.append("\n… and ")
          .append(count(servers.size() - shown, "server"))
          .append(" more; search for what you need.");
    }
    return text.toString();
  }

  /** One name for each server in turn, until there is no more room. */
  private static void names(
      List<CodeServer> servers, StringBuilder[] lines, int shown, int tokens) {
    int room = tokens;
    int[] named = new int[shown];
    boolean more = true;
    for (int round = 0; more; round++) {
      more = false;
      for (int i = 0; i < shown; i++) {
        List<CodeServer.Entry> tools = servers.get(i).tools();
        if (round == named[i] && round < tools.size()) {
          String name = (round == 0 ? ": " : ", ") + tools.get(round).function();
          int cost = TokenEstimate.of(name);
          if (cost <= room) {
            room -= cost;
            lines[i].append(name);
            named[i]++;
            more = true;
          }
        }
      }
    }
    for (int i = 0; i < shown; i++) {
      if (named[i] > 0 && named[i] < servers.get(i).tools().size()) {
        lines[i].append(", …");
      }
    }
  }

  /** What was found, the best first: each with its file and signature. */
  static String ofTools(List<CodeServer.Entry> found, int maxTokens) {
    StringBuilder text = new StringBuilder();
    int room = maxTokens - 30;
    int shown = 0;
    for (CodeServer.Entry entry : found) {
      if (shown == MOST_FOUND) {
        break;
      }
      ToolDefinition definition = entry.definition();
      String line =
          CodeServer.file(entry.tool().server() + "/" + entry.function())
              + ": "
              + StubText.FOUND.signature(
                  entry.of().namespace() + "." + entry.function(), definition)
              + StubText.FOUND.comment(definition);
      int cost = TokenEstimate.of(line) + 1;
      if (shown > 0 && cost > room) {
        break;
      }
      room -= cost;
      text.append(shown++ == 0 ? "" : "\n").append(line);
    }
    int more = found.size() - shown;
    if (more > 0) {
      text.append("\n… ").append(more).append(" more match; use other or more words for them.");
    }
    return text.toString();
  }

  static String nothing(String query, List<CodeServer> servers, int tools) {
    return "Nothing matches %s among %s on %s. Use other words, or listToolFiles() for the servers."
        .formatted(Literals.text(query), count(tools, "tool"), count(servers.size(), "server"));
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
