package dev.sallyport.policy.rule;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.rules.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a rule may look like. Every refusal names the rule and the fix. */
final class RuleChecks {

  /** Of one tenant: all of them travel in every profile. */
  static final int MOST_RULES = 1_000;

  /** Characters of all conditions of one tenant together. */
  static final int MOST_CONDITIONS = 512 * 1024;

  static final int HIGHEST_PRIORITY = 1_000;

  private static final int MOST_PATTERNS = 100;
  private static final int LONGEST_REASON = 300;
  private static final Duration DEFAULT_EXPIRES = Duration.ofMinutes(15);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private RuleChecks() {}

  /** The rule as it will be kept, revision 1. */
  static StoredRule checked(String tenant, String id, String source, Rule rule) {
    String name = rule.getName();
    if (!NAME.matcher(name).matches() || name.startsWith("rule_")) {
      throw Refusals.invalid(
          "A rule name begins with a letter or digit, has 1 to 64 of letters, digits and . _ -,"
              + " and does not begin with rule_.");
    }
    return new StoredRule(
        tenant,
        id,
        name,
        tools(rule),
        condition(rule),
        effect(rule),
        priority(rule),
        reason(rule),
        expires(rule),
        source,
        1);
  }

  private static List<String> tools(Rule rule) {
    if (rule.getToolsCount() > MOST_PATTERNS) {
      throw wrong(rule, "it has at most 100 tool patterns; use globs such as server__*");
    }
    for (String tool : rule.getToolsList()) {
      try {
        ToolPattern.parse(tool);
      } catch (IllegalArgumentException e) {
        throw wrong(rule, String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(new LinkedHashSet<>(rule.getToolsList()));
  }

  private static String condition(Rule rule) {
    if (rule.getCondition().isEmpty()) {
      return "";
    }
    return switch (Condition.compile(rule.getCondition())) {
      case Condition.Compiled.Valid(Condition condition) -> condition.text();
      case Condition.Compiled.Invalid(String message) ->
          throw wrong(rule, "its condition cannot be taken: " + message);
    };
  }

  private static RuleEffect effect(Rule rule) {
    return switch (rule.getEffect()) {
      case RULE_EFFECT_ALLOW, RULE_EFFECT_DENY, RULE_EFFECT_ASK -> rule.getEffect();
      case RULE_EFFECT_UNSPECIFIED, UNRECOGNIZED ->
          throw wrong(rule, "its effect is allow, deny or ask");
    };
  }

  private static int priority(Rule rule) {
    // Unsigned on the wire: what is negative there is too large.
    if (rule.getPriority() < 0 || rule.getPriority() > HIGHEST_PRIORITY) {
      throw wrong(rule, "its priority is from 0 to " + HIGHEST_PRIORITY);
    }
    return rule.getPriority();
  }

  private static String reason(Rule rule) {
    String reason = rule.getReason().strip();
    if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw wrong(rule, "its reason is one sentence of at most 300 characters on one line");
    }
    if (!reason.isEmpty() && rule.getEffect() == RuleEffect.RULE_EFFECT_ALLOW) {
      throw wrong(rule, "a reason is told where a call is denied or asked; remove it");
    }
    return reason;
  }

  private static Duration expires(Rule rule) {
    if (rule.getEffect() != RuleEffect.RULE_EFFECT_ASK) {
      if (rule.getExpiresMillis() != 0) {
        throw wrong(rule, "only what is asked expires; remove expires");
      }
      return Duration.ZERO;
    }
    if (rule.getExpiresMillis() == 0) {
      return DEFAULT_EXPIRES;
    }
    if (rule.getExpiresMillis() < SHORTEST.toMillis()
        || rule.getExpiresMillis() > LONGEST.toMillis()) {
      throw wrong(rule, "it expires after 1 minute to 7 days");
    }
    return Duration.ofMillis(rule.getExpiresMillis());
  }

  /**
   * Refuses rules that say different things of the same calls, of which only the strictest would
   * ever count, and more of them than a tenant may have.
   *
   * @param all of the tenant, as they will be
   */
  static void together(Collection<StoredRule> all) {
    if (all.size() > MOST_RULES) {
      throw Refusals.invalid("A tenant has at most " + MOST_RULES + " rules; remove some.");
    }
    if (all.stream().mapToInt(rule -> rule.condition().length()).sum() > MOST_CONDITIONS) {
      throw Refusals.invalid(
          "The conditions of all rules have at most "
              + MOST_CONDITIONS
              + " characters together; make some shorter.");
    }
    record Meaning(int priority, String condition) {}
    Map<Meaning, List<StoredRule>> alike = new HashMap<>();
    for (StoredRule rule : all) {
      List<StoredRule> others =
          alike.computeIfAbsent(
              new Meaning(rule.priority(), rule.condition().strip()), _ -> new ArrayList<>());
      for (StoredRule other : others) {
        if (rule.effect() != other.effect()
            && (covers(rule.tools(), other.tools()) || covers(other.tools(), rule.tools()))) {
          throw contradiction(other, rule);
        }
      }
      others.add(rule);
    }
  }

  private static CallFailed contradiction(StoredRule one, StoredRule other) {
    return new CallFailed(
        Failure.of(
            ErrorCode.CONFLICT,
            "The rules "
                + one.name()
                + " ("
                + text(one.effect())
                + ") and "
                + other.name()
                + " ("
                + text(other.effect())
                + ") contradict each other: same tools, same condition, same priority "
                + one.priority()
                + "; give one of them another priority, or remove it."));
  }

  private static String text(RuleEffect effect) {
    return effect.name().substring("RULE_EFFECT_".length()).toLowerCase(java.util.Locale.ROOT);
  }

  /** Whether every tool that one of these patterns matches is matched by one of those. */
  private static boolean covers(List<String> those, List<String> these) {
    return those.isEmpty()
        || !these.isEmpty()
            && these.stream().allMatch(one -> those.stream().anyMatch(other -> covers(other, one)));
  }

  /**
   * A glob that matches the text of another one, its {@code *} taken as a character, matches
   * whatever that one does: only a {@code *} matches a {@code *}.
   */
  private static boolean covers(String wide, String narrow) {
    if (narrow.equals("*")) {
      narrow = "*__*";
    }
    int separator = narrow.indexOf("__");
    return ToolPattern.parse(wide)
        .matches(narrow.substring(0, separator), narrow.substring(separator + 2));
  }

  private static CallFailed wrong(Rule rule, String what) {
    return Refusals.invalid("Rule " + rule.getName() + ": " + what + ".");
  }
}
