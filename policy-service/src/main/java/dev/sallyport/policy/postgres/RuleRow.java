package dev.sallyport.policy.postgres;

import dev.sallyport.policy.rule.StoredRule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Duration;
import java.util.List;

@Entity
@Table(schema = "policy", name = "rule")
@IdClass(TenantScopedId.class)
class RuleRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";

  @Column(columnDefinition = "text[]")
  String[] tools = {};

  String condition = "";
  short effect;
  short priority;
  String reason = "";

  @Column(name = "expires_millis")
  long expiresMillis;

  String source = "";
  long revision;

  static RuleRow of(StoredRule rule) {
    RuleRow row = new RuleRow();
    row.tenant = rule.tenant();
    row.id = rule.id();
    row.name = rule.name();
    row.tools = rule.tools().toArray(String[]::new);
    row.condition = rule.condition();
    row.effect = (short) rule.effect().getNumber();
    row.priority = (short) rule.priority();
    row.reason = rule.reason();
    row.expiresMillis = rule.expires().toMillis();
    row.source = rule.source();
    row.revision = rule.revision();
    return row;
  }

  /** An effect of a newer version is told as unknown, which edge takes for deny. */
  StoredRule toRule() {
    RuleEffect known = RuleEffect.forNumber(effect);
    return new StoredRule(
        tenant,
        id,
        name,
        List.of(tools),
        condition,
        known == null ? RuleEffect.RULE_EFFECT_UNSPECIFIED : known,
        priority,
        reason,
        Duration.ofMillis(expiresMillis),
        source,
        revision);
  }
}
