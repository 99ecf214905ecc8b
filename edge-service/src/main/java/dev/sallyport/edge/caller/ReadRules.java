package dev.sallyport.edge.caller;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.Rule.Effect;
import dev.sallyport.edge.caller.Rule.When;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.rules.Condition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Rules as policy sends them. What policy of another version says and edge does not understand
 * makes a rule deny or ask more, and allow less. Compiling takes about a millisecond for each
 * condition that is not known yet: not for an event loop.
 */
public final class ReadRules {

  private static final Logger LOG = Logger.getLogger(ReadRules.class);

  /** Characters of conditions that stay compiled; each weighs some hundred times as much. */
  private static final int MOST_CHARACTERS = 2_000_000;

  private static final int OVERHEAD = 100;

  /** Rules of tenants that are shared, counted by rules. */
  private static final int MOST_RULES = 100_000;

  private static final RecentlyUsed<String, Condition.Compiled> COMPILED =
      new RecentlyUsed<>(MOST_CHARACTERS, ReadRules::weight);
  private static final RecentlyUsed<String, TenantRules> SHARED =
      new RecentlyUsed<>(MOST_RULES, rules -> 1 + rules.size());

  private ReadRules() {}

  private static long weight(Condition.Compiled compiled) {
    return switch (compiled) {
      case Condition.Compiled.Valid(Condition condition) -> OVERHEAD + condition.text().length();
      case Condition.Compiled.Invalid(String message) -> OVERHEAD + message.length();
    };
  }

  public static TenantRules of(List<dev.sallyport.proto.policy.v1.Rule> rules) {
    if (rules.isEmpty()) {
      return TenantRules.NONE;
    }
    String digest = digest(rules);
    TenantRules known = SHARED.get(digest);
    if (known == null) {
      known = new TenantRules(digest, rules.stream().map(ReadRules::of).toList());
      SHARED.put(digest, known);
    }
    return known;
  }

  /** Of their bytes, which say what is not understood here, too. */
  private static String digest(List<dev.sallyport.proto.policy.v1.Rule> rules) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (dev.sallyport.proto.policy.v1.Rule rule : rules) {
      byte[] bytes = rule.toByteArray();
      digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Rule of(dev.sallyport.proto.policy.v1.Rule rule) {
    Effect effect =
        switch (rule.getEffect()) {
          case RULE_EFFECT_ALLOW -> Effect.ALLOW;
          case RULE_EFFECT_DENY -> Effect.DENY;
          case RULE_EFFECT_ASK -> Effect.ASK;
          case RULE_EFFECT_UNSPECIFIED, UNRECOGNIZED -> {
            LOG.warnf("rule %s has an effect that is not understood: it denies", rule.getName());
            yield Effect.DENY;
          }
        };
    List<ToolPattern> tools = tools(rule);
    return new Rule(
        rule.getName(),
        tools == null ? List.of() : tools,
        tools == null ? new When.Unknown("its tools are not understood") : when(rule),
        effect,
        rule.getPriority(),
        rule.getReason(),
        Duration.ofMillis(rule.getExpiresMillis()));
  }

  /** Null where one of them is not understood: then it counts for all, and cannot be evaluated. */
  private static @Nullable List<ToolPattern> tools(dev.sallyport.proto.policy.v1.Rule rule) {
    List<ToolPattern> patterns = new ArrayList<>(rule.getToolsCount());
    for (String text : rule.getToolsList()) {
      try {
        patterns.add(ToolPattern.parse(text));
      } catch (IllegalArgumentException e) {
        LOG.warnf("rule %s has a tool pattern that is not understood", rule.getName());
        return null;
      }
    }
    return patterns;
  }

  private static When when(dev.sallyport.proto.policy.v1.Rule rule) {
    String text = rule.getCondition();
    if (text.isEmpty()) {
      return new When.Always();
    }
    Condition.Compiled compiled = COMPILED.get(text);
    if (compiled == null) {
      compiled = Condition.compile(text);
      COMPILED.put(text, compiled);
    }
    return switch (compiled) {
      case Condition.Compiled.Valid(Condition condition) -> new When.If(condition);
      case Condition.Compiled.Invalid(String message) -> {
        LOG.warnf("rule %s has a condition that is not understood: %s", rule.getName(), message);
        yield new When.Unknown("its condition is not understood");
      }
    };
  }
}
