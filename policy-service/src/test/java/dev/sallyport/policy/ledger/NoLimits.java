package dev.sallyport.policy.ledger;

import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.limit.StoredLimit;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;

@DefaultBean
@Singleton
class NoLimits implements LimitStore {
  @Override
  public Uni<List<StoredLimit>> ofIds(String tenant, Collection<String> ids) {
    return Uni.createFrom().item(List.of());
  }

  @Override
  public Uni<List<StoredLimit>> list(String tenant) {
    return Uni.createFrom().item(List.of());
  }
}
