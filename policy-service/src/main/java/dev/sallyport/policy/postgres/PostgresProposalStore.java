package dev.sallyport.policy.postgres;

import dev.sallyport.policy.access.KeyStore;
import dev.sallyport.policy.access.KeyStore.Surroundings;
import dev.sallyport.policy.access.ProposalStore;
import dev.sallyport.policy.access.StoredKey;
import dev.sallyport.policy.group.GroupStore;
import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.owner.OwnerStore;
import dev.sallyport.policy.rule.RuleStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresProposalStore implements ProposalStore {

  private final PolicyDatabase database;

  PostgresProposalStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public <T> Uni<T> tried(Function<Trial, Uni<T>> work) {
    return database.tryInTurn((session, last) -> work.apply(trial(session, last)));
  }

  private static Trial trial(Mutiny.Session session, AccessSequenceRow last) {
    return new Transaction(
        session,
        PostgresOwnerStore.in(session, last),
        PostgresKeyStore.in(session, last),
        PostgresGroupStore.in(session, last),
        PostgresLimitStore.in(session, last),
        PostgresRuleStore.in(session, last));
  }

  private record Transaction(
      Mutiny.Session session,
      OwnerStore.Writing owners,
      KeyStore.Writing keys,
      GroupStore.Writing groups,
      LimitStore.Writing limits,
      RuleStore.Writing rules)
      implements Trial {

    @Override
    public Uni<Surroundings> reaching(StoredKey key) {
      return session.flush().chain(() -> PostgresKeyStore.reaching(session, key));
    }
  }
}
