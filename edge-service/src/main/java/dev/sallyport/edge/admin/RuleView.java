package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.edge.declaration.Durations;
import dev.sallyport.proto.policy.v1.Rule;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A rule as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Rule", description = "A rule over calls of tools.")
record RuleView(
    @Schema(examples = "rule_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "no-system-files") String name,
    @JsonUnwrapped Definition definition,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision) {

  /** The part that PUT takes, in the words of sallyport.yaml. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "RuleDefinition",
      description =
          "Of the rules whose `tools` match a call those of the highest `priority` at which a `when` holds decide:"
              + " deny before ask before allow. Where none holds the call is allowed. What cannot be evaluated holds"
              + " for deny and ask, and not for allow.")
  record Definition(
      @Schema(
              description = "Patterns `server__tool` with `*`. Absent: all tools.",
              examples = "[\"fs__*\"]")
          @Nullable List<String> tools,
      @Schema(
              description =
                  "CEL, true or false, over tool, args, caller and request. Absent: always.",
              examples = "args.path.startsWith('/etc')")
          @Nullable String when,
      @Schema(
              enumeration = {"allow", "deny", "ask"},
              required = true)
          String effect,
      @Schema(description = "The highest is looked at first.", minimum = "0", maximum = "1000")
          int priority,
      @Schema(description = "One sentence for the caller of what is denied or asked.")
          @Nullable String reason,
      @Schema(
              description = "Only of ask: how long an approval may wait, 1m to 7d.",
              examples = "15m")
          @Nullable String expires) {

    static Definition of(Rule rule) {
      return new Definition(
          rule.getToolsCount() == 0 ? null : List.copyOf(rule.getToolsList()),
          rule.getCondition().isEmpty() ? null : rule.getCondition(),
          switch (rule.getEffect()) {
            case RULE_EFFECT_ALLOW -> "allow";
            case RULE_EFFECT_ASK -> "ask";
            // What is not understood denies.
            case RULE_EFFECT_DENY, RULE_EFFECT_UNSPECIFIED, UNRECOGNIZED -> "deny";
          },
          rule.getPriority(),
          rule.getReason().isEmpty() ? null : rule.getReason(),
          rule.getExpiresMillis() == 0
              ? null
              : Durations.text(Duration.ofMillis(rule.getExpiresMillis())));
    }
  }

  static RuleView of(Rule rule) {
    return new RuleView(
        rule.getId(), rule.getName(), Definition.of(rule), rule.getSource(), rule.getRevision());
  }

  /** All rules of the tenant. */
  @Schema(name = "Rules")
  record Page(
      List<RuleView> rules,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}
}
