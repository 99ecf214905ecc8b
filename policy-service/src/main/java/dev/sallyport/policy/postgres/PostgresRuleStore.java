package dev.sallyport.policy.postgres;

import dev.sallyport.policy.rule.RuleStore;
import dev.sallyport.policy.rule.StoredRule;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresRuleStore implements RuleStore {

  static final KeptTable<RuleRow, StoredRule> TABLE =
      new KeptTable<>(RuleRow.class, RuleRow::toRule, RuleRow::of);

  private final PolicyDatabase database;

  PostgresRuleStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<List<StoredRule>> list(String tenant) {
    return database.read(session -> TABLE.list(session, tenant));
  }

  @Override
  public Uni<List<StoredRule>> page(String tenant, String after, int limit) {
    return database.read(session -> TABLE.page(session, tenant, after, limit));
  }

  @Override
  public Uni<List<StoredRule>> named(String tenant, String nameOrId) {
    return database.read(session -> TABLE.named(session, tenant, nameOrId));
  }

  @Override
  public <R> Uni<R> write(Function<Writing, Uni<R>> work) {
    return database.writeInTurn(
        (session, sequence) -> work.apply(new Transaction(session, sequence)));
  }

  /** The writing side within a transaction that is there. */
  static Writing in(Mutiny.Session session, AccessSequenceRow last) {
    return new Transaction(session, last);
  }

  private static final class Transaction extends KeptTable.Transaction<RuleRow, StoredRule>
      implements Writing {

    Transaction(Mutiny.Session session, AccessSequenceRow last) {
      super(session, last, TABLE);
    }

    @Override
    public Uni<List<StoredRule>> list(String tenant) {
      return TABLE.list(session, tenant);
    }

    @Override
    public Uni<Void> announce(String tenant) {
      return session.persist(AccessEventRow.ofAccess(++last.sequence, tenant));
    }
  }
}
