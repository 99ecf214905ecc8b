package dev.sallyport.policy.rule;

import dev.sallyport.policy.kept.Kept;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import java.time.Duration;
import java.util.List;

/**
 * A rule as it is kept.
 *
 * @param id {@code rule_} and 22 characters; stays the same when the rule is changed
 * @param tools patterns; empty: all tools
 * @param condition CEL that compiles; empty: always
 * @param priority 0 to 1000
 * @param reason for the caller; may be empty
 * @param expires how long an approval may wait; zero for any effect but ask
 * @param source {@code api} or {@code file:<name>}
 * @param revision grows by one with every change
 */
public record StoredRule(
    String tenant,
    String id,
    String name,
    List<String> tools,
    String condition,
    RuleEffect effect,
    int priority,
    String reason,
    Duration expires,
    String source,
    long revision)
    implements Kept<StoredRule> {

  public StoredRule {
    tools = List.copyOf(tools);
  }

  @Override
  public boolean saysTheSameAs(StoredRule that) {
    return tools.equals(that.tools)
        && condition.equals(that.condition)
        && effect == that.effect
        && priority == that.priority
        && reason.equals(that.reason)
        && expires.equals(that.expires);
  }

  @Override
  public StoredRule inPlaceOf(StoredRule before) {
    return new StoredRule(
        tenant,
        before.id,
        name,
        tools,
        condition,
        effect,
        priority,
        reason,
        expires,
        source,
        before.revision + 1);
  }

  public Rule toProto() {
    return evaluated().toBuilder()
        .setTenant(tenant)
        .setId(id)
        .setSource(source)
        .setRevision(revision)
        .build();
  }

  /** What is needed to evaluate it: the same rule in two profiles is the same bytes. */
  public Rule evaluated() {
    return Rule.newBuilder()
        .setName(name)
        .addAllTools(tools)
        .setCondition(condition)
        .setEffect(effect)
        .setPriority(priority)
        .setReason(reason)
        .setExpiresMillis(expires.toMillis())
        .build();
  }
}
