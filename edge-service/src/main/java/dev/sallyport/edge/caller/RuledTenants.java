package dev.sallyport.edge.caller;

import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tenants that were seen to have rules. While a policy of an older version is still running beside
 * a newer one, its answers, which tell no rules, are not taken for them. Thread-safe.
 */
final class RuledTenants {

  private final Set<String> tenants = ConcurrentHashMap.newKeySet();

  /** Whether the answer comes from a policy that would have told the rules. */
  boolean knows(ResolveAccessResponse response) {
    if (!response.hasProfile()) {
      return true;
    }
    String tenant = response.getProfile().getTenant();
    if (response.getProfile().getRulesCount() > 0) {
      tenants.add(tenant);
      return true;
    }
    if (response.getRulesTold()) {
      tenants.remove(tenant);
      return true;
    }
    return !tenants.contains(tenant);
  }
}
