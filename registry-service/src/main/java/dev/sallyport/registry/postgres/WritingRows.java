package dev.sallyport.registry.postgres;

import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.registry.catalogue.KnownServer;
import dev.sallyport.registry.catalogue.Reported;
import dev.sallyport.registry.catalogue.ServerKey;
import dev.sallyport.registry.catalogue.ServerStore.Writing;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * One writing transaction, with the lock row in hand.
 *
 * @param silence after how long an executor counts as away
 */
record WritingRows(Mutiny.Session session, CatalogueSequenceRow last, Duration silence)
    implements Writing {

  @Override
  public Uni<@Nullable KnownServer> find(ServerKey key) {
    return new ServerRows(session)
        .read(key.tenant(), key.name())
        .map(found -> found.isEmpty() ? null : found.getFirst());
  }

  @Override
  public Uni<List<ServerDefinition>> definitions(String tenant) {
    return session
        .createSelectionQuery(
            "from ServerRow where tenant = :tenant order by name", ServerRow.class)
        .setParameter("tenant", tenant)
        .getResultList()
        .map(PostgresServerStore::toDefinitions);
  }

  @Override
  public Uni<ServerDefinition> save(ServerDefinition definition, String changedBy) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    ServerKey key = new ServerKey(definition.getTenant(), definition.getName());
    return nextRevision(key)
        .chain(
            revision -> {
              ServerDefinition kept = definition.toBuilder().setRevision(revision).build();
              return session
                  .find(ServerRow.class, new ServerRowId(key.tenant(), key.name()))
                  .chain(present -> write(present, kept, now))
                  .chain(() -> keepRevision(key, revision, kept.toByteArray(), changedBy, now))
                  .replaceWith(kept);
            });
  }

  private Uni<Void> write(@Nullable ServerRow present, ServerDefinition kept, Instant now) {
    ServerRow row = present == null ? new ServerRow() : present;
    row.tenant = kept.getTenant();
    row.name = kept.getName();
    row.revision = kept.getRevision();
    row.enabled = kept.getEnabled();
    row.source = kept.getSource();
    row.definition = kept.toByteArray();
    row.changedAt = now;
    if (present == null) {
      row.createdAt = now;
      return session.persist(row);
    }
    return Uni.createFrom().voidItem();
  }

  private Uni<Void> keepRevision(
      ServerKey key, long revision, byte @Nullable [] definition, String changedBy, Instant now) {
    ServerRevisionRow row = new ServerRevisionRow();
    row.tenant = key.tenant();
    row.name = key.name();
    row.revision = revision;
    row.definition = definition;
    row.changedAt = now;
    row.changedBy = changedBy;
    return session.persist(row).chain(() -> session.flush());
  }

  private Uni<Long> nextRevision(ServerKey key) {
    return session
        .createSelectionQuery(
            "select coalesce(max(revision), 0) + 1 from ServerRevisionRow"
                + " where tenant = :tenant and name = :name",
            Long.class)
        .setParameter("tenant", key.tenant())
        .setParameter("name", key.name())
        .getSingleResult();
  }

  @Override
  public Uni<Void> remove(ServerKey key, String changedBy) {
    // What hangs on the server goes with it: the foreign keys cascade.
    return session
        .createMutationQuery("delete from ServerRow where tenant = :tenant and name = :name")
        .setParameter("tenant", key.tenant())
        .setParameter("name", key.name())
        .executeUpdate()
        .chain(() -> nextRevision(key))
        .chain(revision -> keepRevision(key, revision, null, changedBy, Instant.now()));
  }

  @Override
  public Uni<Void> report(ServerKey key, Reported reported, boolean toolsChanged) {
    Uni<Void> catalogue = session.merge(CatalogueRow.of(key, reported)).replaceWithVoid();
    return toolsChanged
        ? catalogue
            .chain(() -> replaceTools(key, reported.tools().tools()))
            .chain(() -> pin(key, reported.tools().tools()))
        : catalogue;
  }

  private Uni<Void> replaceTools(ServerKey key, List<ToolDefinition> tools) {
    List<ToolRow> rows = new ArrayList<>(tools.size());
    for (ToolDefinition tool : tools) {
      rows.add(ToolRow.of(key, rows.size(), tool));
    }
    return session
        .createMutationQuery("delete from ToolRow where tenant = :tenant and server = :server")
        .setParameter("tenant", key.tenant())
        .setParameter("server", key.name())
        .executeUpdate()
        .chain(() -> session.persistAll(rows.toArray()));
  }

  private Uni<Void> pin(ServerKey key, List<ToolDefinition> tools) {
    return session
        .createSelectionQuery(
            "from ToolPinRow where tenant = :tenant and server = :server", ToolPinRow.class)
        .setParameter("tenant", key.tenant())
        .setParameter("server", key.name())
        .getResultList()
        .chain(
            present -> {
              Map<String, ToolPinRow> pins = new HashMap<>();
              present.forEach(row -> pins.put(row.tool, row));
              List<ToolPinRow> first = new ArrayList<>();
              Instant now = Instant.now();
              for (ToolDefinition tool : tools) {
                if (!tool.getPin().isEmpty() && tool.getQuarantineReason().isEmpty()) {
                  see(key, tool, pins.get(tool.getName()), now, first);
                }
              }
              return session.persistAll(first.toArray());
            });
  }

  private static void see(
      ServerKey key,
      ToolDefinition tool,
      @Nullable ToolPinRow pin,
      Instant now,
      List<ToolPinRow> first) {
    ToolPinRow row = pin;
    if (row == null) {
      row = new ToolPinRow();
      row.tenant = key.tenant();
      row.server = key.name();
      row.tool = tool.getName();
      row.pinnedHash = tool.getPin();
      row.pinnedAt = now;
      first.add(row);
    }
    if (!row.seenHash.equals(tool.getPin())) {
      row.seenHash = tool.getPin();
      row.seenAt = now;
    }
  }

  @Override
  public Uni<Boolean> isPresent(String executor, long epoch) {
    return ExecutorPresenceRow.isPresent(session, executor, epoch, silence);
  }

  @Override
  public Uni<Void> announce(ServerKey key) {
    last.sequence++;
    CatalogueEventRow row = new CatalogueEventRow();
    row.sequence = last.sequence;
    row.tenant = key.tenant();
    row.server = key.name();
    row.at = Instant.now();
    return session.persist(row);
  }
}
