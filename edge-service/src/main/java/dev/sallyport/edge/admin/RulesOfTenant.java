package dev.sallyport.edge.admin;

import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.caller.TenantRules;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.Rule;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;

/** The rules that a caller of the tenant meets, as policy has them now. */
final class RulesOfTenant {

  private RulesOfTenant() {}

  static Uni<TenantRules> ask(PolicyPeer policy, AdminIdentity who, Duration timeout) {
    return policy
        .listRules(ListRulesRequest.newBuilder().setContext(who.context(timeout)).build())
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(
            response ->
                ReadRules.of(
                    response.getRulesList().stream().map(RulesOfTenant::evaluated).toList()));
  }

  /** As profiles carry it. */
  private static Rule evaluated(Rule rule) {
    return rule.toBuilder().clearTenant().clearId().clearSource().clearRevision().build();
  }
}
