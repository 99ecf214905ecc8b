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

  private final PolicyDatabase database;

  PostgresRuleStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<List<StoredRule>> list(String tenant) {
    return database.read(session -> list(session, tenant));
  }

  @Override
  public Uni<List<StoredRule>> page(String tenant, String after, int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from RuleRow where tenant = :tenant and name > :after order by name",
                    RuleRow.class)
                .setParameter("tenant", tenant)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList()
                .map(PostgresRuleStore::toRules));
  }

  @Override
  public Uni<List<StoredRule>> named(String tenant, String nameOrId) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from RuleRow where tenant = :tenant and (name = :rule or id = :rule)"
                        + " order by name",
                    RuleRow.class)
                .setParameter("tenant", tenant)
                .setParameter("rule", nameOrId)
                .getResultList()
                .map(PostgresRuleStore::toRules));
  }

  /** All of the tenant, by name. */
  static Uni<List<StoredRule>> list(Mutiny.Session session, String tenant) {
    return session
        .createSelectionQuery("from RuleRow where tenant = :tenant order by name", RuleRow.class)
        .setParameter("tenant", tenant)
        .getResultList()
        .map(PostgresRuleStore::toRules);
  }

  private static List<StoredRule> toRules(List<RuleRow> rows) {
    return rows.stream().map(RuleRow::toRule).toList();
  }

  @Override
  public <T> Uni<T> write(Function<Writing, Uni<T>> work) {
    return database.writeInTurn(
        (session, sequence) -> work.apply(new Transaction(session, sequence)));
  }

  private record Transaction(Mutiny.Session session, AccessSequenceRow last) implements Writing {

    @Override
    public Uni<List<StoredRule>> list(String tenant) {
      return PostgresRuleStore.list(session, tenant);
    }

    @Override
    public Uni<Void> save(List<StoredRule> rules) {
      if (rules.isEmpty()) {
        return Uni.createFrom().voidItem();
      }
      Object[] added = rows(rules, true);
      Object[] changed = rows(rules, false);
      return TenantRow.ensure(session, rules.getFirst().tenant())
          .chain(() -> session.persistAll(added))
          .chain(() -> session.mergeAll(changed))
          .chain(() -> session.flush());
    }

    private static Object[] rows(List<StoredRule> rules, boolean added) {
      return rules.stream()
          .filter(rule -> (rule.revision() == 1) == added)
          .map(RuleRow::of)
          .toArray();
    }

    @Override
    public Uni<Void> remove(StoredRule rule) {
      return session
          .createMutationQuery("delete from RuleRow where tenant = :tenant and id = :id")
          .setParameter("tenant", rule.tenant())
          .setParameter("id", rule.id())
          .executeUpdate()
          .replaceWithVoid();
    }

    @Override
    public Uni<Void> announceAccess(String tenant) {
      return session.persist(AccessEventRow.ofAccess(++last.sequence, tenant));
    }

    @Override
    public long sequence() {
      return last.sequence;
    }
  }
}
