package dev.sallyport.edge.caller;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.Rule.Effect;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rules of one tenant, the same object for every profile that carries the same ones. Immutable,
 * but for what it remembers; any thread.
 */
public final class TenantRules {

  /** Tools whose rules are remembered. */
  private static final int MOST_TOOLS = 20_000;

  /** The order of evaluation: priority, then the strictest; names only make it one order. */
  private static final Comparator<Rule> ORDER =
      Comparator.comparingInt(Rule::priority)
          .reversed()
          .thenComparing(Rule::effect)
          .thenComparing(Rule::name);

  /** Of a tenant without rules. */
  public static final TenantRules NONE = new TenantRules("", List.of());

  private final String digest;
  private final List<Rule> rules;
  private final boolean mayHide;
  private final boolean listsNeedCaller;
  private final RecentlyUsed<Tool, List<Rule>> byTool = new RecentlyUsed<>(MOST_TOOLS, any -> 1);

  private record Tool(String server, String name) {}

  /**
   * @param digest equal for equal rules only
   */
  TenantRules(String digest, List<Rule> rules) {
    this.digest = digest;
    this.rules = rules.stream().sorted(ORDER).toList();
    this.mayHide =
        rules.stream().anyMatch(rule -> rule.effect() == Effect.DENY && !rule.needsCall());
    this.listsNeedCaller =
        mayHide && rules.stream().anyMatch(rule -> !rule.needsCall() && rule.needsCaller());
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  int size() {
    return rules.size();
  }

  /** Whether any of them could take a tool out of a list. */
  public boolean mayHide() {
    return mayHide;
  }

  /** Equal for those that hide the same tools of the same caller. */
  String digest() {
    return digest;
  }

  /** Whether what is hidden depends on who asks. */
  boolean listsNeedCaller() {
    return listsNeedCaller;
  }

  /**
   * Those that count for a tool, in the order of evaluation.
   *
   * @param tool the upstream's own name
   */
  public List<Rule> of(String server, String tool) {
    if (rules.isEmpty()) {
      return rules;
    }
    Tool key = new Tool(server, tool);
    List<Rule> known = byTool.get(key);
    if (known == null) {
      known = rules.stream().filter(rule -> rule.counts(server, tool)).toList();
      byTool.put(key, known);
    }
    return known;
  }

  /** Rules are equal where they say the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantRules that && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }
}
