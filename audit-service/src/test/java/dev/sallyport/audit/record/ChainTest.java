package dev.sallyport.audit.record;

import static dev.sallyport.audit.record.Calls.OTHER_TENANT;
import static dev.sallyport.audit.record.Calls.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.audit.chain.ChainVerdict;
import dev.sallyport.audit.chain.ChainVerdict.Broken;
import dev.sallyport.audit.chain.ChainVerdict.Defect;
import dev.sallyport.audit.chain.ChainVerdict.Intact;
import dev.sallyport.audit.chain.HashChain;
import dev.sallyport.audit.postgres.StoreForTests;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainTest {

  private static final int SHARD = HashChain.shardOf(Calls.EDGE);

  private StoreForTests database;
  private AuditOperations audit;
  private final List<CallId> calls = new ArrayList<>();

  @BeforeEach
  void elevenRecordsOfEachTenant() {
    database = new StoreForTests();
    audit = new AuditOperations(database.store());
    List<AuditRecord> records = new ArrayList<>();
    for (int i = 1; i <= 11; i++) {
      CallId id = CallId.at(System.currentTimeMillis() + i);
      calls.add(id);
      records.add(Calls.open(TENANT, id));
      records.add(Calls.open(OTHER_TENANT, CallId.next()));
    }
    Calls.send(audit, Calls.batch(Calls.EDGE, records.subList(0, 8)));
    Calls.send(audit, Calls.batch(Calls.EDGE, records.subList(8, 22)));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aChainThatNobodyTouchedIsIntact() {
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Intact.class, intact -> assertThat(intact.head().position()).isEqualTo(11));
    assertIntact(audit, OTHER_TENANT);
    assertIntact(audit, "nobody");
  }

  @Test
  void aChangedRecordIsNamedWhateverWasChanged() {
    for (String change :
        List.of(
            "caller = 'someone else'",
            "tool = 'other'",
            "time = time + interval '1 microsecond'",
            "arguments_length = 0",
            "arguments_digest = '\\x00'",
            "cost_micros = 1",
            "edge_epoch = 9",
            "outcome = 1",
            "parent_call_id = call_id",
            "sequence = 3",
            "hash = previous_hash",
            "owner_customer = 'someone'",
            "owner_team = 'someone'",
            "owner_user = 'someone'",
            "result_tokens = 1",
            "tool_group = 'someone'",
            "isolation = 'someone'",
            "chain_version = 1",
            "chain_version = 2",
            "chain_version = 3",
            "chain_version = 5")) {
      // When one column of the fifth record is changed
      database.tamper("CREATE TABLE kept AS SELECT * FROM audit.record WHERE " + at(5));
      database.tamper("UPDATE audit.record SET " + change + " WHERE " + at(5));

      // Then it is the one that is named, and the other tenant's chain still holds
      assertThat(verify(TENANT, SHARD))
          .as(change)
          .isInstanceOfSatisfying(
              Broken.class,
              broken -> {
                assertThat(broken.defect()).isEqualTo(Defect.CHANGED);
                assertThat(broken.position()).isEqualTo(5);
                assertThat(broken.callId()).isEqualTo(calls.get(4).toString());
              });
      assertIntact(audit, OTHER_TENANT);
      database.tamper(
          "DELETE FROM audit.record WHERE "
              + at(5)
              + "; INSERT INTO audit.record SELECT * FROM kept; DROP TABLE kept");
      assertIntact(audit, TENANT);
    }
  }

  @Test
  void aChangedRecordIsNamedEvenWithItsOwnHashComputedAnew() {
    // Given a record whose hash was computed anew after the change, but not those after it
    AuditRecord changed = Calls.open(TENANT, calls.get(4)).toBuilder().setTool("rm").build();
    byte[] previous = bytes("SELECT encode(previous_hash, 'hex') FROM audit.record WHERE " + at(5));
    String hash =
        java.util.HexFormat.of()
            .formatHex(HashChain.hash(HashChain.VERSION, SHARD, 5, previous, changed));
    database.tamper("UPDATE audit.record SET tool = 'rm', hash = '\\x" + hash + "' WHERE " + at(5));

    // Then it is named
    assertThat(verify(TENANT, SHARD))
        .isEqualTo(new Broken(Defect.CHANGED, 5, calls.get(4).toString(), 0));
  }

  @Test
  void aChainThatBeganBeforeOwnersWereKeptHoldsAndGoesOn() {
    // Given a chain as a release of before wrote it
    rewrite(1);
    assertIntact(audit, TENANT);

    // When it goes on
    Calls.send(
        audit,
        Calls.open(TENANT, CallId.next()).toBuilder().setTeam("payments").setUser("ada").build());

    // Then it holds, and whose keys called is covered, also that nobody is said before
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Intact.class, intact -> assertThat(intact.head().position()).isEqualTo(12));
    database.tamper("UPDATE audit.record SET owner_team = 'other' WHERE " + at(12));
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.position()).isEqualTo(12));
    database.tamper("UPDATE audit.record SET owner_team = 'other' WHERE " + at(3));
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.position()).isEqualTo(3));
  }

  @Test
  void aChainThatBeganBeforeTokensWereKeptHoldsAndGoesOn() {
    // Given a chain as the release before wrote it
    rewrite(2);
    assertIntact(audit, TENANT);

    // When it goes on
    Calls.send(audit, Calls.open(TENANT, CallId.next()).toBuilder().setResultTokens(4_711).build());

    // Then it holds, and the tokens are covered, also that none are said before
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Intact.class, intact -> assertThat(intact.head().position()).isEqualTo(12));
    database.tamper("UPDATE audit.record SET result_tokens = 4712 WHERE " + at(12));
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Broken.class, broken -> assertThat(broken.position()).isEqualTo(12));
    database.tamper("UPDATE audit.record SET result_tokens = 1 WHERE " + at(3));
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.position()).isEqualTo(3));
  }

  @Test
  void aChainThatBeganBeforeGroupsWereKeptHoldsAndGoesOn() {
    // Given a chain as the release before wrote it
    rewrite(3);
    assertIntact(audit, TENANT);

    // When it goes on
    Calls.send(
        audit,
        Calls.open(TENANT, CallId.next()).toBuilder()
            .setGroup("release")
            .setIsolation("namespaced")
            .build());

    // Then it holds, and both are covered, also that none are said before
    assertThat(verify(TENANT, SHARD))
        .isInstanceOfSatisfying(
            Intact.class, intact -> assertThat(intact.head().position()).isEqualTo(12));
    Map.of("tool_group", "release", "isolation", "namespaced")
        .forEach(
            (column, said) -> {
              String set = "UPDATE audit.record SET " + column + " = '%s' WHERE %s";
              database.tamper(set.formatted("process", at(12)));
              assertThat(verify(TENANT, SHARD))
                  .as(column)
                  .isInstanceOfSatisfying(
                      Broken.class, broken -> assertThat(broken.position()).isEqualTo(12));
              database.tamper(set.formatted(said, at(12)));
              database.tamper(set.formatted(said, at(3)));
              assertThat(verify(TENANT, SHARD))
                  .as(column)
                  .isInstanceOfSatisfying(
                      Broken.class, broken -> assertThat(broken.position()).isEqualTo(3));
              database.tamper(set.formatted("", at(3)));
            });
    assertIntact(audit, TENANT);
  }

  /** The eleven records as a release with this version of the serialisation chained them. */
  private void rewrite(int version) {
    byte[] previous = bytes("SELECT encode(previous_hash, 'hex') FROM audit.record WHERE " + at(1));
    for (int position = 1; position <= 11; position++) {
      AuditRecord record = Calls.open(TENANT, calls.get(position - 1));
      byte[] hash = HashChain.hash(version, SHARD, position, previous, record);
      database.tamper(
          "UPDATE audit.record SET chain_version = "
              + version
              + ", previous_hash = '\\x"
              + HexFormat.of().formatHex(previous)
              + "', hash = '\\x"
              + HexFormat.of().formatHex(hash)
              + "' WHERE "
              + at(position));
      previous = hash;
    }
    database.tamper(
        "UPDATE audit.chain_head SET hash = '\\x"
            + HexFormat.of().formatHex(previous)
            + "' WHERE tenant = '"
            + TENANT
            + "' AND shard = "
            + SHARD);
  }

  @Test
  void aRemovedRecordIsNamedByItsPlace() {
    database.tamper("DELETE FROM audit.record WHERE " + at(5));
    assertThat(verify(TENANT, SHARD))
        .isEqualTo(new Broken(Defect.REMOVED, 5, calls.get(5).toString(), 0));
  }

  @Test
  void aRemovedEndIsNamedByItsPlace() {
    database.tamper("DELETE FROM audit.record WHERE " + at(10) + " OR " + at(11));
    assertThat(verify(TENANT, SHARD)).isEqualTo(new Broken(Defect.REMOVED, 10, "", 0));
  }

  @Test
  void reorderedRecordsAreNamed() {
    // When the fifth and the eighth change places
    database.tamper(
        "UPDATE audit.record SET chain_position = 13 - chain_position WHERE "
            + at(5)
            + " OR "
            + at(8));
    assertThat(verify(TENANT, SHARD))
        .isEqualTo(new Broken(Defect.REORDERED, 5, calls.get(7).toString(), 0));
  }

  @Test
  void anInsertedRecordIsNamed() {
    // When a copy of the fifth with another id stands beside it
    CallId forged = CallId.next();
    database.tamper(
        "CREATE TEMP TABLE forged AS SELECT * FROM audit.record WHERE "
            + at(5)
            + "; UPDATE forged SET call_id = '"
            + forged
            // Longer than any hash: it stands behind the record that it is a copy of.
            + "', hash = decode(repeat('ff', 33), 'hex'); INSERT INTO audit.record SELECT * FROM forged; DROP TABLE forged");
    assertThat(verify(TENANT, SHARD))
        .isEqualTo(new Broken(Defect.INSERTED, 5, forged.toString(), 0));
  }

  @Test
  void edgesThatAppendAtTheSameTimeLeaveEveryChainIntact() {
    // Given six edges, each sending its batches at the same time as the others
    List<Uni<Void>> edges = new ArrayList<>();
    for (int e = 0; e < 6; e++) {
      String edge = "edge_" + e;
      List<AppendBatch> batches = new ArrayList<>();
      for (int b = 0; b < 10; b++) {
        List<AuditRecord> records = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          CallId id = CallId.next();
          String tenant = i % 2 == 0 ? TENANT : OTHER_TENANT;
          records.add(Calls.open(tenant, id).toBuilder().setEdge(edge).build());
          records.add(
              Calls.close(tenant, id, Outcome.OUTCOME_OK).toBuilder().setEdge(edge).build());
        }
        batches.add(Calls.batch(edge, records));
      }
      edges.add(
          audit
              .append(
                  CallContext.ofService(Peer.EDGE, TENANT), Multi.createFrom().iterable(batches))
              .collect()
              .asList()
              .replaceWithVoid());
    }

    // When all are done
    Uni.join().all(edges).andFailFast().await().atMost(Calls.PATIENCE);

    // Then every record is there, and every chain holds
    assertThat(database.values("SELECT count(*) FROM audit.record")).containsExactly("1222");
    assertIntact(audit, TENANT);
    assertIntact(audit, OTHER_TENANT);
  }

  static void assertIntact(AuditOperations audit, String tenant) {
    for (int shard = 0; shard < HashChain.SHARDS; shard++) {
      assertThat(verify(audit, tenant, shard)).isInstanceOf(Intact.class);
    }
  }

  private ChainVerdict verify(String tenant, int shard) {
    return verify(audit, tenant, shard);
  }

  private static ChainVerdict verify(AuditOperations audit, String tenant, int shard) {
    return audit
        .verify(CallContext.ofService(Peer.EDGE, tenant), shard)
        .await()
        .atMost(Calls.PATIENCE);
  }

  private static String at(int position) {
    return "(tenant = '" + TENANT + "' AND chain_position = " + position + ")";
  }

  private byte[] bytes(String query) {
    return java.util.HexFormat.of().parseHex(database.values(query).getFirst());
  }
}
