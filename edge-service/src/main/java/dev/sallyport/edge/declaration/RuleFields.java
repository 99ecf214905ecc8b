package dev.sallyport.edge.declaration;

import dev.sallyport.edge.caller.Rule.Effect;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.mcp.name.Nearest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one rule. The same rules for files and for the admin API. Whether {@code when} is a
 * condition is for policy to say, which keeps it.
 */
public final class RuleFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final List<String> EFFECTS = List.of("allow", "deny", "ask");
  private static final int HIGHEST_PRIORITY = 1_000;
  private static final int LONGEST_REASON = 300;
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  private final Fields fields;
  private final Report report;

  private RuleFields(Fields fields) {
    this.fields = fields;
    this.report = fields.report();
  }

  /** Reports a name that no rule can have. {@code rule_…} is kept for ids. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.add(
          at,
          path,
          "a rule name has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or digit");
    } else if (name.startsWith("rule_")) {
      report.add(at, path, "a rule name must not begin with `rule_`: ids look like that");
    }
  }

  /**
   * Reads {@code tree} as the definition of {@code name}. Empty, with findings, when something is
   * wrong.
   */
  public static Optional<DeclaredRule> read(String name, Tree tree, String path, Report report) {
    int before = report.findings().size();
    Optional<DeclaredRule> rule =
        Fields.of(tree, path, report).flatMap(fields -> new RuleFields(fields).rule(name));
    return report.findings().size() == before ? rule : Optional.empty();
  }

  private Optional<DeclaredRule> rule(String name) {
    List<String> tools = tools();
    String when = fields.text("when").orElse("");
    if (fields.has("when") && when.isBlank()) {
      wrong("when", "is empty; remove it for a rule that always holds");
    }
    Optional<Effect> effect = effect();
    int priority =
        fields.has("priority") ? fields.whole("priority", 0, HIGHEST_PRIORITY).orElse(0) : 0;
    String reason = reason(effect);
    Duration expires = expires(effect);
    fields.refuseRest();
    return effect.map(
        what -> new DeclaredRule(name, tools, when.strip(), what, priority, reason, expires));
  }

  /** Other than with a key, an empty list would be a rule that looks like one and is none. */
  private List<String> tools() {
    List<String> tools = KeyFields.tools(fields);
    if (fields.tree("tools").orElse(null) instanceof Tree.Listing listing
        && listing.items().isEmpty()) {
      wrong("tools", "counts for nothing; remove it for every tool, or name tools");
    }
    return tools;
  }

  private Optional<Effect> effect() {
    Optional<String> text = fields.text("effect");
    if (text.isEmpty()) {
      if (!fields.has("effect")) {
        report.add(fields.at(), fields.path(), "needs `effect`: allow, deny or ask");
      }
      return Optional.empty();
    }
    if (!EFFECTS.contains(text.get())) {
      wrong(
          "effect",
          "must be allow, deny or ask"
              + Nearest.of(text.get(), EFFECTS)
                  .map(word -> "; did you mean `" + word + "`?")
                  .orElse(""));
      return Optional.empty();
    }
    return text.map(word -> Effect.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  private String reason(Optional<Effect> effect) {
    Optional<String> reason = fields.text("reason").map(String::strip);
    if (reason.isEmpty()) {
      return "";
    }
    if (reason.get().length() > LONGEST_REASON
        || reason.get().chars().anyMatch(Character::isISOControl)) {
      wrong("reason", "must be one sentence of at most 300 characters on one line");
    }
    if (effect.filter(Effect.ALLOW::equals).isPresent()) {
      wrong("reason", "is told where a call is denied or asked; remove it");
    }
    return reason.get();
  }

  private @Nullable Duration expires(Optional<Effect> effect) {
    if (!fields.has("expires")) {
      return null;
    }
    if (effect.filter(what -> what != Effect.ASK).isPresent()) {
      wrong("expires", "goes with `effect: ask` only; remove it");
    }
    Optional<Duration> expires =
        fields
            .text("expires")
            .flatMap(Durations::parse)
            .filter(found -> found.compareTo(SHORTEST) >= 0 && found.compareTo(LONGEST) <= 0);
    if (expires.isEmpty()) {
      wrong("expires", "must be a duration with its unit from 1m to 7d, such as 15m");
    }
    return expires.orElse(null);
  }

  private void wrong(String key, String message) {
    report.add(fields.at(key), fields.path(key), message);
  }
}
