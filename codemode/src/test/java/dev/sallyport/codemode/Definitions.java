package dev.sallyport.codemode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tools for the tests. */
final class Definitions {

  private static final String[] VERBS = {
    "create", "get", "list", "update", "delete", "search", "add", "remove", "merge", "export"
  };
  private static final String[] NOUNS = {
    "issue", "pull_request", "channel", "message", "customer", "invoice", "table", "file", "branch",
        "event",
    "ticket", "dashboard", "metric", "user", "team", "contract", "order", "shipment", "page",
        "comment"
  };

  private Definitions() {}

  /**
   * @param members further members of the definition, as JSON without braces; empty for none
   */
  static CodeTool tool(String server, String name, String members) {
    String json = "{\"name\":\"" + name + "\"" + (members.isEmpty() ? "" : ",") + members + "}";
    return new CodeTool(server, name, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Many tools that look like real ones, spread evenly over servers. */
  static List<CodeTool> many(int tools, int servers) {
    List<CodeTool> all = new ArrayList<>();
    for (int i = 0; i < tools; i++) {
      int number = i / servers;
      String noun = NOUNS[number / VERBS.length % NOUNS.length];
      String verb = VERBS[number % VERBS.length];
      int turn = number / (VERBS.length * NOUNS.length);
      String name = verb + "_" + noun + (turn == 0 ? "" : "_v" + (turn + 1));
      all.add(
          tool(
              "server-" + (i % servers + 1),
              name,
              """
              "description":"To %1$s a %2$s of the workspace. Needs the rights to do so; fails when the %2$s is locked.",
              "inputSchema":{"type":"object","properties":{
                "%2$s_id":{"type":"string","description":"Which %2$s, by its identifier"},
                "fields":{"type":"array","items":{"type":"string"},"description":"What to return"},
                "state":{"type":"string","enum":["open","closed","all"],"default":"open"},
                "page":{"type":"integer","minimum":1,"default":1},
                "options":{"type":"object","properties":{"dryRun":{"type":"boolean"},"labels":{"type":"array","items":{"type":"string"}}}}
              },"required":["%2$s_id"]}"""
                  .formatted(verb, noun)));
    }
    return all;
  }
}
