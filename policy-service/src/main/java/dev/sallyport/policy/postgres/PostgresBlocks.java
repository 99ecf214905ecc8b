package dev.sallyport.policy.postgres;

import dev.sallyport.policy.ledger.BlockStore;
import dev.sallyport.policy.ledger.Ledger.Block;
import dev.sallyport.policy.ledger.Ledger.Epoch;
import dev.sallyport.policy.ledger.Ledger.Trimmed;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Two small tables, by the SQL client: nothing of them is worth an entity. */
@Singleton
final class PostgresBlocks implements BlockStore {

  private static final String ALLOT =
      "insert into policy.limit_block (tenant, limit_id, shape, slice, allotted)"
          + " values ($1, $2, $3, $4, $5) on conflict (tenant, limit_id, shape, slice)"
          + " do update set allotted = greatest(limit_block.allotted, excluded.allotted)";
  private static final String FORGET =
      "delete from policy.limit_block"
          + " where tenant = $1 and limit_id = $2 and (slice < $3 or shape <> $4)";
  private static final String BLOCKS =
      "select slice, allotted from policy.limit_block"
          + " where tenant = $1 and limit_id = $2 and shape = $3";
  private static final String TRIM =
      "update policy.limit_block set allotted = $5"
          + " where tenant = $1 and limit_id = $2 and shape = $3 and slice = $4 and allotted = $6";
  private static final String EPOCH_ROW =
      "insert into policy.ledger_epoch (tenant, epoch, usable_from) values ($1, '', 0)"
          + " on conflict (tenant) do nothing";
  private static final String EPOCH_LOCKED =
      "select epoch, usable_from from policy.ledger_epoch where tenant = $1 for update";
  private static final String EPOCH_SET =
      "update policy.ledger_epoch set epoch = $2, usable_from = $3 where tenant = $1";

  private final Pool pool;

  PostgresBlocks(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Void> allot(
      String tenant, String limitId, String shape, long slice, long allotted, long oldest) {
    return pool.preparedQuery(ALLOT)
        .execute(Tuple.of(tenant, limitId, shape, slice, allotted))
        .chain(() -> pool.preparedQuery(FORGET).execute(Tuple.of(tenant, limitId, oldest, shape)))
        .replaceWithVoid();
  }

  @Override
  public Uni<List<Block>> blocks(String tenant, String limitId, String shape) {
    return pool.preparedQuery(BLOCKS)
        .execute(Tuple.of(tenant, limitId, shape))
        .map(
            rows -> {
              List<Block> blocks = new ArrayList<>();
              rows.forEach(row -> blocks.add(new Block(row.getLong(0), row.getLong(1))));
              return List.copyOf(blocks);
            });
  }

  @Override
  public Uni<Void> trim(String tenant, String limitId, String shape, List<Trimmed> trimmed) {
    List<Tuple> changes =
        trimmed.stream()
            .map(
                one ->
                    Tuple.tuple(
                        List.of(tenant, limitId, shape, one.slice(), one.allotted(), one.before())))
            .toList();
    return changes.isEmpty()
        ? Uni.createFrom().voidItem()
        : pool.preparedQuery(TRIM).executeBatch(changes).replaceWithVoid();
  }

  @Override
  public Uni<Epoch> epoch(String tenant, Function<Epoch, Uni<Epoch>> next) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(EPOCH_ROW)
                .execute(Tuple.of(tenant))
                .chain(() -> connection.preparedQuery(EPOCH_LOCKED).execute(Tuple.of(tenant)))
                .map(PostgresBlocks::toEpoch)
                .chain(
                    before ->
                        next.apply(before)
                            .chain(
                                epoch ->
                                    epoch.equals(before)
                                        ? Uni.createFrom().item(epoch)
                                        : connection
                                            .preparedQuery(EPOCH_SET)
                                            .execute(
                                                Tuple.of(tenant, epoch.name(), epoch.usableFrom()))
                                            .replaceWith(epoch))));
  }

  private static Epoch toEpoch(RowSet<Row> rows) {
    Row row = rows.iterator().next();
    return new Epoch(row.getString(0), row.getLong(1));
  }
}
