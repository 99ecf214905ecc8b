package dev.sallyport.edge.declaration;

import dev.sallyport.edge.caller.Rule.Effect;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule as a person defines it, in a file or through the admin API.
 *
 * @param tools patterns; empty: all tools
 * @param when CEL, which policy checks; empty: always
 * @param reason told to the caller; empty: none
 * @param expires how long an approval may wait; null: as long as is usual
 */
public record DeclaredRule(
    String name,
    List<String> tools,
    String when,
    Effect effect,
    int priority,
    String reason,
    @Nullable Duration expires) {

  public DeclaredRule {
    tools = List.copyOf(tools);
  }

  /** As policy takes it. */
  public Rule toProto() {
    return Rule.newBuilder()
        .setName(name)
        .addAllTools(tools)
        .setCondition(when)
        .setEffect(
            switch (effect) {
              case ALLOW -> RuleEffect.RULE_EFFECT_ALLOW;
              case DENY -> RuleEffect.RULE_EFFECT_DENY;
              case ASK -> RuleEffect.RULE_EFFECT_ASK;
            })
        .setPriority(priority)
        .setReason(reason)
        .setExpiresMillis(expires == null ? 0 : expires.toMillis())
        .build();
  }
}
