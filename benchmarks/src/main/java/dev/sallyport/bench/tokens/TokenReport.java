package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All tasks on all catalogues. */
record TokenReport(List<Size> sizes) {

  /** Percent of input that Code Mode must save, by the number of tools. */
  static final Map<Integer, Double> GOALS = Map.of(96, 58.0, 251, 84.0, 508, 93.0);

  private static final String ROW = "%-22s %7s %12s %9s %12s %9s %8s%n";

  /**
   * A catalogue.
   *
   * @param average tokens of a definition
   * @param metaTokens of the definitions of the four meta tools
   */
  record Size(int tools, int servers, double average, long metaTokens, List<Measured> tasks) {

    long classic() {
      return tasks.stream().mapToLong(task -> task.classic().input()).sum();
    }

    long code() {
      return tasks.stream().mapToLong(task -> task.code().input()).sum();
    }

    /** Percent of all input; negative where Code Mode takes more. */
    double saved() {
      return percent(classic(), code());
    }

    List<String> worse() {
      return tasks.stream()
          .filter(task -> task.saved() < 0)
          .map(task -> task.task().name())
          .toList();
    }
  }

  record Measured(Task task, Conversation.Cost classic, Conversation.Cost code) {

    double saved() {
      return percent(classic.input(), code.input());
    }
  }

  static TokenReport measure() {
    List<Size> sizes = new ArrayList<>();
    sizes.add(measure(BenchCatalogue.small(), 7));
    sizes.add(measure(BenchCatalogue.of(96, 7, 406), 7));
    sizes.add(measure(BenchCatalogue.of(251, 11, 538), 11));
    sizes.add(measure(BenchCatalogue.of(508, 16, 541), 16));
    return new TokenReport(sizes);
  }

  private static Size measure(BenchCatalogue catalogue, int servers) {
    Walk walk = new Walk(catalogue);
    List<Measured> tasks = new ArrayList<>();
    for (Task task : Tasks.all()) {
      tasks.add(new Measured(task, walk.classic(task), walk.code(task)));
    }
    int tools = catalogue.tools().size();
    return new Size(tools, servers, catalogue.tokens() / (double) tools, walk.metaTokens(), tasks);
  }

  /** Whether every goal is reached. */
  boolean reachesGoals() {
    return sizes.stream()
        .allMatch(
            size -> size.saved() >= GOALS.getOrDefault(size.tools(), Double.NEGATIVE_INFINITY));
  }

  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        """
        Tokens (o200k_base) that a model reads over each task. Every request sends all definitions, the instructions and the
        conversation so far again; nothing is taken off for caches of prompts. The ways through the tasks are written by hand,
        scripts and texts are those of the product, results are simulated. No model takes part.
        """);
    for (Size size : sizes) {
      table.append(
          String.format(
              Locale.ROOT,
              "%n%d tools on %d servers, %.0f tokens a definition; the meta tools %d tokens%n%n",
              size.tools(),
              size.servers(),
              size.average(),
              size.metaTokens()));
      table.append(
          String.format(
              Locale.ROOT,
              ROW,
              "task",
              "servers",
              "all tools",
              "requests",
              "Code Mode",
              "requests",
              "saved"));
      for (Measured measured : size.tasks()) {
        table.append(
            String.format(
                Locale.ROOT,
                ROW,
                measured.task().name(),
                measured.task().servers(),
                grouped(measured.classic().input()),
                measured.classic().requests(),
                grouped(measured.code().input()),
                measured.code().requests(),
                percent(measured.saved())));
      }
      table.append(
          String.format(
              Locale.ROOT,
              ROW,
              "all",
              "",
              grouped(size.classic()),
              "",
              grouped(size.code()),
              "",
              percent(size.saved())));
      Double goal = GOALS.get(size.tools());
      if (goal != null) {
        table.append(
            String.format(
                Locale.ROOT,
                "goal %.0f %%: %s%n",
                goal,
                size.saved() >= goal ? "reached" : "NOT REACHED"));
      }
      table.append(
          size.worse().isEmpty()
              ? "Code Mode reads less in every task.\n"
              : "Code Mode reads more in: " + String.join(", ", size.worse()) + ".\n");
    }
    return table.toString();
  }

  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    ObjectNode savings = root.putObject("savings");
    ObjectNode goals = root.putObject("goals");
    for (Size size : sizes) {
      savings.put(Integer.toString(size.tools()), rounded(size.saved()));
      Double goal = GOALS.get(size.tools());
      if (goal != null) {
        goals.put(Integer.toString(size.tools()), goal);
      }
    }
    root.put("tokenizer", "o200k_base");
    for (Size size : sizes) {
      ObjectNode catalogue = root.withArray("catalogues").addObject();
      catalogue.put("tools", size.tools());
      catalogue.put("servers", size.servers());
      catalogue.put("tokensPerDefinition", rounded(size.average()));
      catalogue.put("metaToolTokens", size.metaTokens());
      for (Measured measured : size.tasks()) {
        ObjectNode task = catalogue.withArray("tasks").addObject();
        task.put("name", measured.task().name());
        task.put("servers", measured.task().servers());
        cost(task.putObject("classic"), measured.classic());
        cost(task.putObject("codeMode"), measured.code());
        task.put("saved", rounded(measured.saved()));
      }
      catalogue.putPOJO("worse", size.worse());
    }
    return root.toPrettyString();
  }

  /** Percent by which each catalogue's input shrinks, by its number of tools. */
  Map<Integer, Double> savings() {
    Map<Integer, Double> savings = new LinkedHashMap<>();
    sizes.forEach(size -> savings.put(size.tools(), rounded(size.saved())));
    return savings;
  }

  private static void cost(ObjectNode node, Conversation.Cost cost) {
    node.put("input", cost.input()).put("output", cost.output()).put("requests", cost.requests());
  }

  private static double percent(long classic, long code) {
    return 100.0 * (classic - code) / classic;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f %%", value);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
