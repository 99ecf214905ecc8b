package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport usage}. */
@Command(
    name = "usage",
    description =
        "How much was called, what it cost and how many tokens went back, from the record.",
    mixinStandardHelpOptions = true)
public final class Usage extends AdminCommand {

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "WHAT",
      description =
          "At most three of key, customer, team, user, server, tool, door, method, outcome, day. Without: key.")
  private List<String> by = new ArrayList<>(List.of("key"));

  @Option(names = "--since", paramLabel = "TIME", description = "30m, 24h, 7d. Without: 24h.")
  private @Nullable String since;

  @Option(names = "--from", paramLabel = "WHEN", description = "Such as 2026-11-21T08:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "WHEN", description = "Not included.")
  private @Nullable String to;

  @Option(names = "--key", paramLabel = "NAME", description = "Only of this key.")
  private @Nullable String key;

  @Option(names = "--server", paramLabel = "NAME", description = "Only to this server.")
  private @Nullable String server;

  @Option(names = "--tool", paramLabel = "NAME", description = "Only of this tool.")
  private @Nullable String tool;

  @Override
  JsonNode ask(AdminClient admin) {
    Map<String, @Nullable String> query = new LinkedHashMap<>();
    query.put("by", String.join(",", by));
    query.put("since", since);
    query.put("from", from);
    query.put("to", to);
    query.put("key", key);
    query.put("server", server);
    query.put("tool", tool);
    return admin.get(AdminClient.with("usage", query));
  }

  @Override
  void print(JsonNode answer, PrintWriter out) {
    List<String> head =
        new ArrayList<>(by.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList());
    head.addAll(List.of("CALLS", "REFUSED", "FAILED", "COST", "TOKENS", "MEAN MS", "MOST MS"));
    Table table = new Table(head.toArray(String[]::new));
    for (JsonNode row : answer.path("rows")) {
      List<String> cells = new ArrayList<>();
      by.forEach(word -> cells.add(row.path("of").path(word).asText()));
      cells.add(text(row, "calls"));
      cells.add(text(row, "refused"));
      cells.add(text(row, "failed"));
      cells.add(text(row, "cost"));
      cells.add(text(row, "tokens"));
      cells.add(millis(row.path("meanLatencyMicros").asLong()));
      cells.add(millis(row.path("mostLatencyMicros").asLong()));
      table.row(cells.toArray(String[]::new));
    }
    table.print(out, "Nothing was called since " + time(answer, "from") + ".");
    if (answer.path("truncated").asBoolean()) {
      out.println("There are more rows; narrow the question.");
    }
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
  }
}
