package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sallyport access}. */
@Command(
    name = "access",
    description = "Why a key may call a tool, or may not, and what another policy would change.",
    mixinStandardHelpOptions = true,
    subcommands = {Tools.Explain.class, Access.Simulate.class})
public final class Access implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "access takes one of: explain, simulate");
  }

  @Command(
      name = "simulate",
      description =
          "Recorded calls under a proposed policy: which of them would be decided differently. Changes nothing.",
      mixinStandardHelpOptions = true)
  static final class Simulate extends AdminCommand {

    private static final Pattern BACK = Pattern.compile("(\\d{1,5})([mhd])");
    private static final List<String> COUNTS =
        List.of("examined", "same", "differ", "undecided", "changedSince");

    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description =
            "A whole sallyport.yaml, in the place of all that the gateway's file of this name declares.")
    private @Nullable Path file;

    @Option(
        names = "--as",
        paramLabel = "NAME",
        description = "Of which of the gateway's files; without: of that of the same name.")
    private @Nullable String as;

    @Option(
        names = "--change",
        paramLabel = "FILE",
        description =
            "Some customers, teams, users, keys, groups or rules, as in sallyport.yaml; the rest stays.")
    private @Nullable Path change;

    @Option(
        names = "--rule",
        paramLabel = "NAME",
        description = "One rule as it would be, with --allow, --deny or --ask; the rest stays.")
    private @Nullable String rule;

    @Mixin private RuleOptions definition = new RuleOptions();

    @Option(
        names = "--remove",
        split = ",",
        paramLabel = "WHAT",
        description = "rule:NAME, group:NAME, key:NAME, customer:NAME, team:NAME or user:NAME.")
    private List<String> removed = List.of();

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Calls of so long back: 30m, 24h, 7d, at most 31d. Without: 24h.")
    private @Nullable String since;

    @Option(names = "--from", paramLabel = "WHEN", description = "Such as 2026-11-21T08:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "WHEN", description = "Not included.")
    private @Nullable String to;

    @Option(names = "--key", paramLabel = "NAME", description = "Only calls of this key.")
    private @Nullable String key;

    @Option(names = "--server", paramLabel = "NAME", description = "Only calls to this server.")
    private @Nullable String server;

    @Option(names = "--tool", paramLabel = "NAME", description = "Only calls of this tool.")
    private @Nullable String tool;

    @Option(
        names = "--against-then",
        description = "Compare with what was decided then, and not with the policy of now.")
    private boolean againstThen;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "Most calls that are listed (default: 100).")
    private int limit = 100;

    @Option(
        names = "--before",
        paramLabel = "CALL",
        description = "Go on where an answer ended: only calls before this one.")
    private @Nullable String before;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = body();
      ObjectNode all = (ObjectNode) admin.post("access/simulate", body);
      ArrayNode calls = (ArrayNode) all.path("calls");
      JsonNode last = all;
      while (last.hasNonNull("next") && calls.size() < limit) {
        // The same window for every page: a day back from now is another one by then.
        body.set("from", all.path("from"));
        body.set("to", all.path("to"));
        body.set("before", last.path("next"));
        body.put("limit", Math.min(PAGE, limit - calls.size()));
        last = admin.post("access/simulate", body);
        for (String count : COUNTS) {
          all.put(count, all.path(count).asInt() + last.path(count).asInt());
        }
        last.path("calls").forEach(calls::add);
        last.path("undecidedBecause").forEach(why -> addUndecided(all, why));
      }
      all.remove("next");
      if (last.hasNonNull("next")) {
        all.set("next", last.path("next"));
      }
      return all;
    }

    /** Calls that one answer of the gateway lists. */
    private static final int PAGE = 1_000;

    private static void addUndecided(ObjectNode all, JsonNode why) {
      for (JsonNode known : all.path("undecidedBecause")) {
        if (known.path("why").equals(why.path("why"))) {
          ((ObjectNode) known)
              .put("calls", known.path("calls").asInt() + why.path("calls").asInt());
          return;
        }
      }
      ((ArrayNode) all.path("undecidedBecause")).add(why);
    }

    private ObjectNode body() {
      if (limit < 1) {
        throw wrong("--limit takes a number from 1.");
      }
      ObjectNode body = AdminClient.JSON.createObjectNode();
      int ways = (file == null ? 0 : 1) + (change == null ? 0 : 1) + (rule == null ? 0 : 1);
      if (ways > 1) {
        throw wrong("Give one of --file, --change and --rule.");
      }
      if (ways == 0 && removed.isEmpty()) {
        throw wrong(
            "Say what is proposed: --file sallyport.yaml, --change FILE, --rule NAME --deny …, or"
                + " --remove rule:NAME.");
      }
      if (rule == null && definition.isGiven()) {
        throw wrong("--allow, --deny, --ask, --tools, --when and --priority go with --rule NAME.");
      }
      if (file != null) {
        body.put("file", as == null ? String.valueOf(file.getFileName()) : as);
        body.put("yaml", text(file));
      } else if (as != null) {
        throw wrong("--as goes with --file.");
      }
      if (change != null) {
        body.put("yaml", text(change));
      }
      if (rule != null) {
        if (!definition.hasEffect()) {
          throw wrong("--rule takes one of --allow, --deny and --ask.");
        }
        body.putObject("proposal").putObject("rules").set(rule, definition.body());
      }
      remove(body);
      window(body);
      put(body, "key", key);
      put(body, "server", server);
      put(body, "tool", tool);
      put(body, "before", before);
      if (againstThen) {
        body.put("against", "then");
      }
      body.put("limit", Math.min(PAGE, limit));
      return body;
    }

    private void remove(ObjectNode body) {
      if (removed.isEmpty()) {
        return;
      }
      ObjectNode remove = body.putObject("remove");
      for (String what : removed) {
        int colon = what.indexOf(':');
        if (colon < 1 || colon == what.length() - 1) {
          throw wrong(
              "--remove takes rule:NAME, group:NAME, key:NAME and the like, not " + what + ".");
        }
        remove.withArray(what.substring(0, colon) + "s").add(what.substring(colon + 1));
      }
    }

    private void window(ObjectNode body) {
      if (since != null && from != null) {
        throw wrong("Give one of --since and --from.");
      }
      put(body, "from", since == null ? from : back(since).toString());
      put(body, "to", to);
    }

    private Instant back(String time) {
      Matcher matcher = BACK.matcher(time);
      if (!matcher.matches()) {
        throw wrong("--since takes a time back such as 30m, 24h or 7d.");
      }
      long amount = Long.parseLong(matcher.group(1));
      return Instant.now()
          .minus(
              switch (matcher.group(2)) {
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
              });
    }

    private String text(Path path) {
      try {
        return Files.readString(path);
      } catch (IOException e) {
        throw wrong(
            "The file " + path + " cannot be read as text; check its name and permissions.");
      }
    }

    private CommandLine.ParameterException wrong(String message) {
      return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println(summary(answer));
      List<String> more = new ArrayList<>();
      answer
          .path("undecidedBecause")
          .forEach(why -> more.add(text(why, "calls") + " undecided: " + text(why, "detail")));
      if (answer.path("changedSince").asInt() > 0) {
        more.add(
            text(answer, "changedSince")
                + " are decided differently now than they were then, whatever the proposal.");
      }
      answer.path("notes").forEach(note -> more.add("Note: " + note.asText() + "."));
      more.forEach(line -> out.println("  " + Table.oneLine(line, 300)));
      Table table = new Table("TIME", "KEY", "TOOL", "THEN", "NOW", "PROPOSED", "CALL");
      for (JsonNode call : answer.path("calls")) {
        table.row(
            time(call, "time"),
            text(call, "key"),
            text(call, "server") + (call.has("tool") ? "__" + text(call, "tool") : ""),
            decision(call.path("then")),
            decision(call.path("now")),
            decision(call.path("proposed")),
            text(call, "callId"));
      }
      table.print(out, "No call would be decided differently.");
      if (answer.hasNonNull("next")) {
        out.println(
            "There may be more. Go on with the same options and --from "
                + text(answer, "from")
                + " --to "
                + text(answer, "to")
                + " --before "
                + text(answer, "next"));
      }
    }

    private static String summary(JsonNode answer) {
      return text(answer, "examined")
          + " calls from "
          + time(answer, "from")
          + " to "
          + time(answer, "to")
          + ": "
          + text(answer, "same")
          + " the same, "
          + text(answer, "differ")
          + " differ, "
          + text(answer, "undecided")
          + " undecided.";
    }

    private static String decision(JsonNode decision) {
      return decision.isMissingNode()
          ? "-"
          : text(decision, "decision") + " (" + text(decision, "rule") + ")";
    }
  }
}
