package dev.sallyport.policy.postgres;

import dev.sallyport.policy.approval.ApprovalStore;
import io.vertx.core.Vertx;

/** Stores of another replica: the same database, and no lock in common but the database's. */
public final class OtherReplica {

  private OtherReplica() {}

  public static ApprovalStore approvals(Vertx vertx) {
    return new PostgresApprovalStore(new PolicyDatabase(vertx));
  }
}
