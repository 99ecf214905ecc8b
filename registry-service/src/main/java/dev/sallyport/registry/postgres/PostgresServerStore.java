package dev.sallyport.registry.postgres;

import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.registry.catalogue.KnownServer;
import dev.sallyport.registry.catalogue.RegistrySettings;
import dev.sallyport.registry.catalogue.ServerKey;
import dev.sallyport.registry.catalogue.ServerStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresServerStore implements ServerStore {

  private final RegistryDatabase database;
  private final Duration silence;

  PostgresServerStore(RegistryDatabase database, RegistrySettings settings) {
    this.database = database;
    this.silence = settings.executorSilence();
  }

  @Override
  public Uni<List<KnownServer>> list(String tenant) {
    return database.read(session -> new ServerRows(session).read(tenant, null));
  }

  @Override
  public Uni<Everything> everything() {
    // The sequence is read first: what is read after it cannot be older.
    return database.read(
        session ->
            session
                .createSelectionQuery("select s.sequence from CatalogueSequenceRow s", Long.class)
                .getSingleResult()
                .chain(
                    sequence ->
                        new ServerRows(session)
                            .read(null, null)
                            .map(servers -> new Everything(servers, sequence))));
  }

  @Override
  public Uni<List<KnownServer>> find(Collection<ServerKey> keys) {
    return database.read(session -> find(session, List.copyOf(keys)));
  }

  private static Uni<List<KnownServer>> find(Mutiny.Session session, List<ServerKey> keys) {
    return Multi.createFrom()
        .iterable(keys)
        .onItem()
        .transformToUniAndConcatenate(key -> new ServerRows(session).read(key.tenant(), key.name()))
        .onItem()
        .<KnownServer>disjoint()
        .collect()
        .asList();
  }

  @Override
  public <T> Uni<T> write(Function<Writing, Uni<T>> work) {
    return database.write(
        session ->
            session
                .find(
                    CatalogueSequenceRow.class,
                    CatalogueSequenceRow.ONLY,
                    LockModeType.PESSIMISTIC_WRITE)
                .chain(sequence -> work.apply(new WritingRows(session, sequence, silence))));
  }

  @Override
  public Uni<Void> seen(String executor, long epoch) {
    return database.note(session -> ExecutorPresenceRow.note(session, executor, epoch));
  }

  @Override
  public Uni<Void> gone(String executor, long epoch) {
    return database.note(session -> ExecutorPresenceRow.forget(session, executor, epoch));
  }

  static List<ServerDefinition> toDefinitions(List<ServerRow> rows) {
    return rows.stream().map(ServerRow::toDefinition).toList();
  }
}
