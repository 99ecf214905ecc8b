package dev.sallyport.policy.rule;

import dev.sallyport.policy.kept.KeptStore;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Where rules are kept. */
public interface RuleStore extends KeptStore<StoredRule, RuleStore.Writing> {

  /** A writing transaction. */
  interface Writing extends KeptStore.Writing<StoredRule> {

    /** All rules of the tenant, by name. */
    Uni<List<StoredRule>> list(String tenant);
  }
}
