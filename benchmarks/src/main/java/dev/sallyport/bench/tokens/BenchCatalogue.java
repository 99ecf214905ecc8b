package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.bench.tokens.Parameters.Parameter;
import dev.sallyport.codemode.CodeCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Tools of companies' software: those of the tasks, and others around them. Each has what makes it
 * different, and parameters and sentences that such tools have in common, until the average of all
 * is what was asked for. The same arguments make the same catalogue.
 *
 * @param tokens of all definitions, as a model API takes them
 */
record BenchCatalogue(List<BenchTool> tools, long tokens) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long tools are, of the average; they average one. */
  private static final double[] LENGTHS = {0.7, 1.35, 0.9, 1.2, 0.85};

  private static final List<String> SERVERS =
      List.of(
          "github",
          "slack",
          "jira",
          "warehouse",
          "billing",
          "drive",
          "calendar",
          "sentry",
          "crm",
          "confluence",
          "pagerduty",
          "datadog",
          "figma",
          "zendesk",
          "hiring",
          "kubernetes");

  private static final String[][] NOUNS = {
    {"branch", "commit", "release", "workflow_run", "review", "team"},
    {"channel", "thread", "reaction", "reminder", "user_group", "bookmark"},
    {"board", "sprint", "epic", "worklog", "component", "filter"},
    {"table", "view", "schema", "job", "partition", "role"},
    {"subscription", "coupon", "refund", "payout", "dispute", "plan"},
    {"folder", "permission", "revision", "shortcut", "comment", "share"},
    {"calendar", "attendee", "room", "availability", "series", "invitation"},
    {"issue_group", "release", "alert_rule", "replay", "project", "monitor"},
    {"contact", "deal", "company", "pipeline", "quote", "activity"},
    {"page", "space", "template", "label", "attachment", "blog_post"},
    {"incident", "schedule", "escalation_policy", "service", "override", "note"},
    {"dashboard", "monitor", "metric", "log_query", "downtime", "trace"},
    {"file", "component", "style", "comment", "version", "project"},
    {"ticket", "macro", "organization", "view", "satisfaction_rating", "trigger"},
    {"candidate", "job_post", "interview", "offer", "scorecard", "stage"},
    {"pod", "deployment", "namespace", "config_map", "node", "service"}
  };

  private static final String[] VERBS = {
    "list", "get", "create", "update", "delete", "search", "export", "archive", "restore", "copy"
  };

  /**
   * @param count tools, those of the tasks among them
   * @param servers at least those of the tasks, at most 16
   * @param average tokens of a definition
   */
  static BenchCatalogue of(int count, int servers, int average) {
    Random random = new Random(count);
    List<BenchTool> tools = new ArrayList<>();
    long tokens = 0;
    for (BenchTool base : bases(count, servers)) {
      double length = LENGTHS[tools.size() % LENGTHS.length];
      double owed = average * (double) tools.size() - tokens;
      BenchTool tool = extended(base, (int) Math.max(100, average * length + owed * 0.3), random);
      tools.add(tool);
      tokens += tool.tokens();
    }
    return new BenchCatalogue(List.copyOf(tools), tokens);
  }

  /** Only the tools of the tasks, as they are: what a small installation has. */
  static BenchCatalogue small() {
    List<BenchTool> tools = TaskTools.all().stream().map(TaskTools.Simulated::tool).toList();
    return new BenchCatalogue(tools, tools.stream().mapToInt(BenchTool::tokens).sum());
  }

  CodeCatalogue code() {
    return CodeCatalogue.of(tools.stream().map(BenchTool::codeTool).toList());
  }

  /** The tools of the tasks, and others in turn on every server until there are enough. */
  private static List<BenchTool> bases(int count, int servers) {
    List<BenchTool> bases = new ArrayList<>();
    TaskTools.all().forEach(simulated -> bases.add(simulated.tool()));
    for (int turn = 0; bases.size() < count; turn++) {
      int server = turn % servers;
      int number = turn / servers;
      String[] nouns = NOUNS[server];
      String noun = nouns[number % nouns.length];
      String verb = VERBS[number / nouns.length % VERBS.length];
      bases.add(base(SERVERS.get(server), verb, noun));
    }
    return bases;
  }

  private static BenchTool base(String server, String verb, String noun) {
    String words = noun.replace('_', ' ');
    String description =
        switch (verb) {
          case "list" -> "Lists every " + words + " that you can see.";
          case "search" -> "Searches for a " + words + " by words and conditions.";
          default ->
              Character.toUpperCase(verb.charAt(0))
                  + verb.substring(1)
                  + (verb.endsWith("y") ? "" : "s".repeat(verb.endsWith("s") ? 0 : 1))
                  + " a "
                  + words
                  + " of "
                  + server
                  + ".";
        };
    boolean one = !verb.equals("list") && !verb.equals("search") && !verb.equals("create");
    String name = verb.equals("search") ? "query" : one ? noun + "_id" : "project";
    String input =
        "{\"type\":\"object\",\"properties\":{\"%s\":{\"type\":\"string\",\"description\":\"%s\"}},\"required\":[\"%s\"]}"
            .formatted(
                name,
                verb.equals("search")
                    ? "Words to look for"
                    : one ? "Identifier of the " + words : "Key of the project to look at",
                name);
    return TaskTools.tool(server, verb + "_" + noun, description, input, "");
  }

  /** With more parameters and sentences, until it has so many tokens. */
  private static BenchTool extended(BenchTool base, int tokens, Random random) {
    ObjectNode definition = base.definition().deepCopy();
    BenchTool tool = new BenchTool(base.server(), base.name(), definition);
    ObjectNode properties = (ObjectNode) definition.at("/inputSchema/properties");
    int parameter = random.nextInt(Parameters.COMMON.size());
    int sentence = random.nextInt(Parameters.SENTENCES.size());
    int sentences = 0;
    int parameters = 0;
    int missing = tokens - tool.tokens();
    while (missing > 8 && parameters < Parameters.COMMON.size()) {
      if ((sentences < 2 || missing < 45) && sentences < Parameters.SENTENCES.size()) {
        String next = Parameters.SENTENCES.get(sentence++ % Parameters.SENTENCES.size());
        definition.put("description", definition.get("description").asText() + " " + next);
        missing -= Tokens.count(next);
        sentences++;
      } else {
        Parameter next = Parameters.COMMON.get(parameter++ % Parameters.COMMON.size());
        parameters++;
        if (!properties.has(next.name())) {
          properties.set(next.name(), read(next.schema()));
          missing -= Tokens.count(",\"" + next.name() + "\":" + next.schema());
        }
      }
    }
    return tool;
  }

  static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
