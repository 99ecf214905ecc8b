package dev.sallyport.edge.rule;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.call.ToolCall.Door;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.CallerFacts;
import dev.sallyport.edge.caller.Rule;
import dev.sallyport.edge.caller.Rule.Effect;
import dev.sallyport.edge.caller.Rule.When;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.rules.Arguments;
import dev.sallyport.rules.Condition;
import dev.sallyport.rules.Facts;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Work;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rules of a caller's tenant. Of those that count for the tool the highest priority at
 * which a condition holds decides, the strictest effect first: deny, ask, allow. Where none holds
 * the call is allowed; a rule grants nothing that the key does not have.
 *
 * <p>A condition that cannot be evaluated holds for deny and ask, and not for allow.
 *
 * <p>A tool is hidden where it is certain without a call that every call of it is denied: a deny
 * whose condition looks at neither {@code args} nor {@code request} holds, and no rule of a higher
 * priority that does could decide otherwise.
 */
@Singleton
public class Rules {

  /** Tools whose annotations are kept. */
  private static final int MOST_TOOLS = 20_000;

  private final RecentlyUsed<ToolEntry, Arguments> annotations =
      new RecentlyUsed<>(MOST_TOOLS, any -> 1);

  /** What the rules say of a call, and how it came about. */
  public Looked look(
      AccessProfile profile, ToolEntry tool, Frame.Request frame, Door door, Instant now) {
    return look(profile, tool, () -> arguments(frame), new Facts.Request(now, door.wireName()));
  }

  private Looked look(
      AccessProfile profile, ToolEntry tool, Supplier<Arguments> said, Facts.Request request) {
    List<Rule> rules = rules(profile, tool);
    if (rules.isEmpty()) {
      return Looked.NONE;
    }
    Seen listed = listed(rules, profile, tool);
    Work work = new Work();
    Looked hidden = hiding(rules, listed, work);
    if (hidden != null) {
      return hidden;
    }
    Arguments arguments =
        rules.stream().anyMatch(Rule::needsArguments) ? said.get() : Arguments.NONE;
    return switch (arguments) {
      case Arguments.Ambiguous(String message) ->
          new Looked(new Verdict.Deny("", message, false), "");
      case Arguments.Unread(String why) -> first(rules, listed.with(Map.of(), why, request), work);
      case Arguments.Read(Map<String, Object> values) ->
          first(rules, listed.with(values, "", request), work);
    };
  }

  /**
   * What the rules say of a call that was made before. Open where it depends on arguments that are
   * not known; those are taken for arguments that can be read.
   *
   * @param arguments as they were sent, empty for none; null: not known
   * @param door as the record names it
   * @param time when the call was made
   */
  public Foreseen lookAgain(
      AccessProfile profile,
      ToolEntry tool,
      byte @Nullable [] arguments,
      String door,
      Instant time) {
    Facts.Request request = new Facts.Request(time, door);
    if (arguments == null) {
      return withoutArguments(profile, tool, request);
    }
    return new Foreseen.Certain(
        look(
            profile,
            tool,
            () ->
                arguments.length == 0
                    ? Arguments.NONE
                    : Arguments.read(arguments, 0, arguments.length),
            request));
  }

  private Foreseen withoutArguments(AccessProfile profile, ToolEntry tool, Facts.Request request) {
    List<Rule> rules = rules(profile, tool);
    Seen listed = listed(rules, profile, tool);
    Work work = new Work();
    Looked hidden = hiding(rules, listed, work);
    if (hidden != null) {
      return new Foreseen.Certain(hidden);
    }
    Seen seen = listed.with(Map.of(), "", request);
    List<Rule> open = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.needsArguments()) {
        open.add(rule);
      } else {
        Looked looked = ifHolds(rule, seen, false, work);
        if (looked != null) {
          return unless(open, rule.effect(), looked);
        }
      }
    }
    return unless(open, Effect.ALLOW, Looked.NONE);
  }

  /** Certain where those that are open could only say the same. */
  private static Foreseen unless(List<Rule> open, Effect effect, Looked looked) {
    return open.stream()
        .filter(rule -> rule.effect() != effect)
        .findFirst()
        .<Foreseen>map(rule -> new Foreseen.Open(rule, looked))
        .orElseGet(() -> new Foreseen.Certain(looked));
  }

  /** Whether the tool is as if it did not exist, in lists and for calls. */
  public boolean hides(AccessProfile profile, ToolEntry tool) {
    return hiddenBy(profile, tool) != null;
  }

  /** The denial that makes it so; null where there is none. */
  public @Nullable Looked hiddenBy(AccessProfile profile, ToolEntry tool) {
    if (!profile.rules().mayHide()) {
      return null;
    }
    List<Rule> rules = rules(profile, tool);
    return hiding(rules, listed(rules, profile, tool), new Work());
  }

  /** What can be said of a tool before it is called. */
  public sealed interface Foreseen {

    /** Every call comes to this. */
    record Certain(Looked looked) implements Foreseen {}

    /**
     * It depends on arguments or on the request.
     *
     * @param rule the first that does
     * @param otherwise what comes out where no rule that depends on them holds
     */
    record Open(Rule rule, Looked otherwise) implements Foreseen {}
  }

  /** What the rules say as far as it is known without a call. */
  public Foreseen foresee(AccessProfile profile, ToolEntry tool) {
    List<Rule> rules = rules(profile, tool);
    Seen listed = listed(rules, profile, tool);
    Work work = new Work();
    Looked hidden = hiding(rules, listed, work);
    if (hidden != null) {
      return new Foreseen.Certain(hidden);
    }
    List<Rule> certain = rules.stream().filter(rule -> !rule.needsCall()).toList();
    for (Rule rule : certain) {
      Looked looked = ifHolds(rule, listed, false, work);
      if (looked != null) {
        // Only what comes before it in the order of evaluation could say something else.
        return foreseen(rules.subList(0, rules.indexOf(rule)), looked);
      }
    }
    return foreseen(rules, Looked.NONE);
  }

  private static Foreseen foreseen(List<Rule> before, Looked otherwise) {
    return before.stream()
        .filter(Rule::needsCall)
        .findFirst()
        .<Foreseen>map(rule -> new Foreseen.Open(rule, otherwise))
        .orElseGet(() -> new Foreseen.Certain(otherwise));
  }

  private static List<Rule> rules(AccessProfile profile, ToolEntry tool) {
    return profile.rules().of(tool.server(), tool.tool());
  }

  /**
   * What a condition sees, and why it sees no more.
   *
   * @param noArguments empty where there are all
   * @param noAnnotations likewise
   */
  private record Seen(Facts facts, String noArguments, String noAnnotations) {

    Seen with(Map<String, Object> arguments, String unread, Facts.Request request) {
      return new Seen(
          new Facts(facts.tool(), facts.caller(), arguments, request), unread, noAnnotations);
    }

    Outcome evaluate(Condition condition, Work work) {
      if (!noArguments.isEmpty() && condition.needsArguments()) {
        return new Outcome.Fails(noArguments);
      }
      if (!noAnnotations.isEmpty() && condition.needsAnnotations()) {
        return new Outcome.Fails(noAnnotations);
      }
      return condition.evaluate(facts, work);
    }
  }

  /** As much as is seen where there is no call. */
  private Seen listed(List<Rule> rules, AccessProfile profile, ToolEntry tool) {
    Arguments said =
        rules.stream().anyMatch(Rule::needsAnnotations) ? annotations(tool) : Arguments.NONE;
    Map<String, Object> values =
        said instanceof Arguments.Read(Map<String, Object> read) ? read : Map.of();
    return new Seen(
        Facts.ofList(new Facts.Tool(tool.server(), tool.tool(), values), CallerFacts.of(profile)),
        "",
        said instanceof Arguments.Read ? "" : "the annotations of the tool cannot be read");
  }

  /** The denial that is certain without a call; null where there is none. */
  private static @Nullable Looked hiding(List<Rule> rules, Seen listed, Work work) {
    for (Rule rule : rules) {
      if (rule.needsCall()) {
        if (rule.effect() != Effect.DENY) {
          // It may let pass, or ask for, what comes after it.
          return null;
        }
      } else {
        Looked looked = ifHolds(rule, listed, true, work);
        if (looked != null) {
          return looked.verdict() instanceof Verdict.Deny ? looked : null;
        }
      }
    }
    return null;
  }

  /** The first that holds, in the order of evaluation. */
  private static Looked first(List<Rule> rules, Seen seen, Work work) {
    for (Rule rule : rules) {
      Looked looked = ifHolds(rule, seen, false, work);
      if (looked != null) {
        return looked;
      }
    }
    return Looked.NONE;
  }

  /** What a rule says; null where it does not hold. */
  private static @Nullable Looked ifHolds(Rule rule, Seen seen, boolean hides, Work work) {
    Outcome outcome =
        switch (rule.when()) {
          case When.Always _ -> Outcome.HOLDS;
          case When.Unknown(String why) -> new Outcome.Fails(why);
          case When.If(Condition condition) -> seen.evaluate(condition, work);
        };
    return switch (outcome) {
      case Outcome.Holds _ -> new Looked(verdict(rule, "", hides), "");
      case Outcome.HoldsNot _ -> null;
      case Outcome.Fails(String why) ->
          rule.effect() == Effect.ALLOW ? null : new Looked(verdict(rule, why, hides), why);
    };
  }

  private static Verdict verdict(Rule rule, String failure, boolean hides) {
    String reason =
        rule.reason().isEmpty() && !failure.isEmpty()
            ? "It could not be evaluated: " + failure + "."
            : rule.reason();
    return switch (rule.effect()) {
      case ALLOW -> new Verdict.Allow(rule.name());
      case DENY -> new Verdict.Deny(rule.name(), reason, hides);
      case ASK -> new Verdict.Ask(rule.name(), reason, rule.expires());
    };
  }

  private static Arguments arguments(Frame.Request frame) {
    Span span = frame.params().arguments();
    return span == null ? Arguments.NONE : Arguments.read(frame.data(), span.start(), span.end());
  }

  private Arguments annotations(ToolEntry tool) {
    Arguments known = annotations.get(tool);
    if (known == null) {
      known = read(tool);
      annotations.put(tool, known);
    }
    return known;
  }

  private static Arguments read(ToolEntry tool) {
    try {
      JsonObject definition = JsonObject.of(tool.definition());
      Span span = definition.get("annotations");
      return span == null
          ? Arguments.NONE
          : Arguments.read(definition.data(), span.start(), span.end());
    } catch (MalformedJson e) {
      return new Arguments.Ambiguous("");
    }
  }
}
