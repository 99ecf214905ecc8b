package dev.sallyport.edge.admin;

import dev.sallyport.edge.Money;
import dev.sallyport.edge.admin.ExplanationView.Step;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.caller.Narrowing;
import dev.sallyport.edge.caller.ReadLimits;
import dev.sallyport.edge.caller.ReadProfile;
import dev.sallyport.edge.caller.Rule;
import dev.sallyport.edge.catalog.ToolCosts;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.edge.rule.Looked;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.edge.rule.Rules.Foreseen;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.GetAccessResponse;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each rule that a call meets says of one key and one tool, in the order of the pipeline. */
final class Explanation {

  private static final String LIMITED = "limited";

  private final KeyView key;
  private final AccessProfile access;
  private final @Nullable Narrowing narrowing;
  private final ListLimitsResponse limits;
  private final Rules rules;
  private final List<Step> steps = new ArrayList<>();
  private @Nullable String decision;
  private String reason = "";

  private Explanation(
      GetAccessResponse access,
      @Nullable Narrowing narrowing,
      ListLimitsResponse limits,
      Rules rules) {
    this.key = KeyView.of(access.getKey());
    this.access = access.getProfile();
    this.narrowing = narrowing;
    this.limits = limits;
    this.rules = rules;
  }

  /**
   * @param tool name on the aggregate endpoint, or {@code server__tool} with the server's own name
   * @param narrowing what the request's headers leave; null: everything
   * @param access what the key may use, and what counts its calls
   * @param limits all of the tenant, and how they stand
   * @param rules what they say of a tool before it is called
   */
  static ExplanationView of(
      GetAccessResponse access,
      List<ServerView> servers,
      String tool,
      @Nullable Narrowing narrowing,
      ListLimitsResponse limits,
      Rules rules) {
    Explanation explanation = new Explanation(access, narrowing, limits, rules);
    Listed found =
        servers.stream().flatMap(server -> find(server, tool).stream()).findFirst().orElse(null);
    return explanation.explain(found, tool);
  }

  /** A tool where it is listed. */
  private record Listed(ServerView server, ToolDefinition tool, String exposedName) {

    String name() {
      return server.getDefinition().getName();
    }

    boolean fits(ToolPattern pattern) {
      return pattern.matches(name(), tool.getName());
    }
  }

  private static Optional<Listed> find(ServerView server, String wanted) {
    String name = server.getDefinition().getName();
    String prefix = server.getDefinition().getPrefix();
    for (ToolDefinition tool : server.getCatalogue().getToolsList()) {
      String exposed = ExposedNames.of(name, tool.getName(), prefix.isEmpty() ? null : prefix);
      if (wanted.equals(exposed) || wanted.equals(name + "__" + tool.getName())) {
        return Optional.of(new Listed(server, tool, exposed));
      }
    }
    return Optional.empty();
  }

  private ExplanationView explain(@Nullable Listed found, String asked) {
    step("key", key.isActive(), "rejected", "The key is " + key.state() + ".");
    if (found == null) {
      step("catalogue", false, "unknown", "No server lists a tool \"" + asked + "\".");
      return view(null);
    }
    catalogue(found);
    offered(found);
    request(found);
    allowed(found);
    rules(found);
    health(found);
    approval(found);
    limits(found);
    return view(found);
  }

  private void catalogue(Listed found) {
    String kept = found.tool().getQuarantineReason();
    step(
        "catalogue",
        kept.isEmpty(),
        "unknown",
        kept.isEmpty()
            ? "The server \"" + found.name() + "\" lists it."
            : "The server \"" + found.name() + "\" lists it, and it is kept back: " + kept);
  }

  private void offered(Listed found) {
    if (!found.server().getDefinition().hasToolsOffered()) {
      step("server", true, "unknown", "The server offers all of its tools.");
      return;
    }
    List<String> texts =
        found.server().getDefinition().getToolsOffered().getPatternsList().stream()
            .filter(text -> found.fits(ToolPattern.ofServer(found.name(), text)))
            .toList();
    step(
        "server",
        !texts.isEmpty(),
        "unknown",
        texts.isEmpty()
            ? "The server's tools do not offer it; see servers." + found.name() + ".tools."
            : "The server's tools offer it with \"" + texts.getFirst() + "\".");
  }

  private void request(Listed found) {
    Narrowing less = narrowing;
    if (less == null) {
      step("request", true, "unknown", "No include header narrows the request.");
      return;
    }
    boolean servers = fits(found, less.servers());
    boolean tools = fits(found, less.tools());
    step(
        "request",
        servers && tools,
        "unknown",
        servers && tools
            ? "The include headers leave it."
            : "The header x-sallyport-include-"
                + (servers ? "tools" : "servers")
                + " does not leave it.");
  }

  private static boolean fits(Listed found, @Nullable List<ToolPattern> patterns) {
    return patterns == null || patterns.stream().anyMatch(found::fits);
  }

  private void allowed(Listed found) {
    String by =
        access.getGrantsList().stream()
            .flatMap(grant -> allowedBy(grant, found).stream())
            .findFirst()
            .orElse(null);
    step("allow-list", by != null, "unknown", by == null ? allowedByNone(found) : by);
  }

  private static Optional<String> allowedBy(Grant grant, Listed found) {
    return grant.getToolsList().stream()
        .filter(text -> found.fits(ToolPattern.parse(text)))
        .findFirst()
        .map(
            text ->
                grant.getGroup().isEmpty()
                    ? "The key allows it with \"" + text + "\"."
                    : "The group \""
                        + grant.getGroup()
                        + "\", attached to "
                        + OwnerText.of(grant.getThrough())
                        + ", allows it with \""
                        + text
                        + "\".");
  }

  private String allowedByNone(Listed found) {
    int groups = access.getGrantsCount() - 1;
    String would = found.name() + "__" + found.tool().getName();
    return (access.getToolsCount() == 0
            ? "The key allows nothing: its list is empty"
            : "None of the key's " + key.tools().size() + " patterns allows it")
        + (groups > 0
            ? ", nor does any of the " + groups + " groups that reach it"
            : access.getToolsCount() == 0 ? ", and no group reaches it" : "")
        + (access.getToolsCount() == 0 ? "." : "; \"" + would + "\" would.");
  }

  /** Nothing is said where no rule has anything to say. */
  private void rules(Listed found) {
    byte[] definition = found.tool().getDefinition().toByteArray();
    ToolEntry tool =
        new ToolEntry(
            found.name(),
            found.tool().getName(),
            found.exposedName(),
            definition,
            definition,
            false);
    switch (rules.foresee(ReadProfile.of(access), tool)) {
      case Foreseen.Certain(Looked looked) -> rule(looked);
      case Foreseen.Open(Rule rule, Looked otherwise) ->
          step(
              "rule",
              true,
              "",
              "The rule \""
                  + rule.name()
                  + "\" "
                  + verb(rule)
                  + " it depending on "
                  + (rule.needsArguments() ? "the arguments" : "the time or door of the call")
                  + "; otherwise "
                  + otherwise(otherwise.verdict()));
    }
  }

  private void rule(Looked looked) {
    String why =
        looked.failure().isEmpty() ? "" : " It cannot be evaluated: " + looked.failure() + ".";
    switch (looked.verdict()) {
      case Verdict.Allow allow -> {
        if (!allow.rule().isEmpty()) {
          step("rule", true, "", "The rule \"" + allow.rule() + "\" allows it.");
        }
      }
      case Verdict.Deny deny ->
          step(
              "rule",
              false,
              deny.hides() ? "unknown" : "denied",
              "The rule \""
                  + deny.rule()
                  + "\" "
                  + (deny.hides() ? "denies and hides it." : "denies it.")
                  + why);
      case Verdict.Ask ask ->
          step("rule", false, "asks", "The rule \"" + ask.rule() + "\" asks a person." + why);
    }
  }

  private static String verb(Rule rule) {
    return switch (rule.effect()) {
      case ALLOW -> "allows";
      case DENY -> "denies";
      case ASK -> "asks a person for";
    };
  }

  private static String otherwise(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Allow allow ->
          allow.rule().isEmpty()
              ? "it is allowed."
              : "the rule \"" + allow.rule() + "\" allows it.";
      case Verdict.Deny deny -> "the rule \"" + deny.rule() + "\" denies it.";
      case Verdict.Ask ask -> "the rule \"" + ask.rule() + "\" asks a person.";
    };
  }

  private void health(Listed found) {
    ServerStatus status = found.server().getCatalogue().getStatus();
    boolean there =
        status.getHealth() == Health.HEALTH_READY || status.getHealth() == Health.HEALTH_DEGRADED;
    String how =
        status.getHealth().name().substring("HEALTH_".length()).toLowerCase(java.util.Locale.ROOT);
    step(
        "health",
        there,
        "unavailable",
        "The server is " + how + (status.getReason().isEmpty() ? "." : ": " + status.getReason()));
  }

  /** Said only where a person is asked. */
  private void approval(Listed found) {
    found.server().getDefinition().getApproval().getPatternsList().stream()
        .filter(text -> found.fits(ToolPattern.ofServer(found.name(), text)))
        .findFirst()
        .ifPresent(
            text ->
                step(
                    "approval",
                    false,
                    "asks",
                    "Every call needs that a person approves it: \""
                        + text
                        + "\" of servers."
                        + found.name()
                        + ".approval."));
  }

  /** Each limit that counts a call, in the order in which they are reserved. */
  private void limits(Listed found) {
    long cost = ToolCosts.of(found.server().getCatalogue()).micros(found.tool().getName());
    Map<String, LimitStanding> standings = new HashMap<>();
    limits.getStandingsList().forEach(one -> standings.put(one.getLimitId(), one));
    List<dev.sallyport.proto.policy.v1.Limit> mine =
        access.getLimitsList().stream()
            .sorted(Comparator.comparing(dev.sallyport.proto.policy.v1.Limit::getId))
            .toList();
    for (Limit limit : ReadLimits.of(mine)) {
      long needed = limit.takes(cost);
      if (needed > 0 && limit.counts(found.name(), found.tool().getName())) {
        limit(limit, needed, standings.get(limit.id()));
      }
    }
  }

  private void limit(Limit limit, long needed, @Nullable LimitStanding standing) {
    String what =
        "\"" + limit.name() + "\" of " + limit.owner() + " (" + limit.text() + ") counts it";
    if (standing == null) {
      step("limit", true, LIMITED, what + "; how it stands cannot be said right now.");
      return;
    }
    boolean money = limit.kind() == Limit.Kind.BUDGET;
    long free = Math.max(0, limit.units() - standing.getCharged());
    step(
        "limit",
        needed <= free,
        LIMITED,
        what
            + (money ? " with " + Money.text(needed) : "")
            + (limit.kind() == Limit.Kind.TOKENS ? ", reserves " + needed + " of them" : "")
            + "; "
            + (money ? Money.text(free) : free)
            + " free"
            + (needed <= free || standing.getResetsAtMillis() == 0
                ? "."
                : ", resets at "
                    + Instant.ofEpochMilli(standing.getResetsAtMillis())
                        .truncatedTo(ChronoUnit.SECONDS)
                    + "."));
  }

  private void step(String name, boolean passes, String otherwise, String detail) {
    steps.add(new Step(name, passes, detail));
    if (decision == null) {
      reason = detail;
      if (!passes) {
        decision = otherwise;
      }
    }
  }

  private ExplanationView view(@Nullable Listed found) {
    String known = decision;
    return new ExplanationView(
        known == null ? "allowed" : known,
        reason,
        key.name(),
        found == null ? null : found.exposedName(),
        found == null ? null : found.name(),
        List.copyOf(steps));
  }
}
