package dev.sallyport.policy.ledger;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Hands out units of limits and takes back what was not used. Only edge may ask. */
@Singleton
public final class LedgerOperations {

  public Uni<LeaseUnitsResponse> leaseUnits(CallContext context, LeaseUnitsRequest request) {
    throw new UnsupportedOperationException();
  }

  public Uni<SettleLeasesResponse> settleLeases(CallContext context, SettleLeasesRequest request) {
    throw new UnsupportedOperationException();
  }
}
