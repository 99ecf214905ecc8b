package dev.sallyport.audit.record;

import static dev.sallyport.audit.record.Calls.OTHER_TENANT;
import static dev.sallyport.audit.record.Calls.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.audit.postgres.StoreForTests;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.RecordKind;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppendTest {

  private StoreForTests database;
  private AuditOperations audit;

  @BeforeEach
  void start() {
    database = new StoreForTests();
    audit = new AuditOperations(database.store());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void whatIsAppendedComesBackUnchanged() {
    // Given records with every member set
    CallId id = CallId.next();
    AuditRecord open =
        Calls.open(TENANT, id).toBuilder()
            .setParentCallId(CallId.next().toString())
            .setClientProtocolVersion("2026-07-28")
            .setClientInfo("{\"name\":\"agent\",\"version\":\"1\"}")
            .setCatalogueVersion("42")
            .setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")
            .build();
    AuditRecord close =
        Calls.close(TENANT, id, Outcome.OUTCOME_TOOL_ERROR).toBuilder()
            .setRule("key:vk_1")
            .setErrorCode("upstream_timeout")
            .setCostMicros(-5)
            .build();

    // When they are appended
    Calls.send(audit, open, close);

    // Then the call is exactly these two
    CallView view = Calls.query(audit, TENANT).getCalls(0);
    assertThat(view.getOpen()).isEqualTo(open);
    assertThat(view.getClose()).isEqualTo(close);
  }

  @Test
  void aCallThatWaitedForInputIsOneCallWithItsLastOutcome() {
    // Given a call that waits for input
    CallId id = CallId.next();
    Calls.send(
        audit, Calls.open(TENANT, id), Calls.close(TENANT, id, Outcome.OUTCOME_INPUT_REQUIRED));

    // When it goes on with the client's next request
    AuditRecord last =
        Calls.close(TENANT, id, Outcome.OUTCOME_OK).toBuilder().setSequence(3).build();
    Calls.send(audit, Calls.open(TENANT, id).toBuilder().setSequence(2).build(), last);

    // Then it is one call, and the last outcome counts
    assertThat(Calls.query(audit, TENANT).getCallsCount()).isEqualTo(1);
    assertThat(Calls.query(audit, TENANT).getCalls(0).getOpen().getSequence()).isZero();
    assertThat(Calls.query(audit, TENANT).getCalls(0).getClose()).isEqualTo(last);
  }

  @Test
  void aBatchSentAgainChangesNothing() {
    // Given a committed batch
    CallId id = CallId.next();
    AuditRecord[] records = {Calls.open(TENANT, id), Calls.close(TENANT, id, Outcome.OUTCOME_OK)};
    assertThat(Calls.send(audit, records).getDuplicates()).isZero();
    List<String> before = database.values("SELECT r::text FROM audit.record r ORDER BY 1");

    // When its acknowledgement was lost and it comes again, with one more record
    AppendAck again =
        Calls.send(audit, records[0], records[1], Calls.open(OTHER_TENANT, CallId.next()));

    // Then only the new record is added
    assertThat(again.getDuplicates()).isEqualTo(2);
    assertThat(database.values("SELECT r::text FROM audit.record r ORDER BY 1"))
        .hasSize(3)
        .containsAll(before);
  }

  @Test
  void aBatchSentAgainIsKnownByItsPositionsAndASpoolThatTellsOthersIsNotBelieved() {
    // Given two batches with their positions in the spool, the second of which is cut otherwise
    // when
    // it comes again
    CallId first = CallId.next();
    CallId second = CallId.next();
    AuditRecord open = Calls.open(TENANT, first);
    AuditRecord close = Calls.close(TENANT, first, Outcome.OUTCOME_OK);
    AuditRecord next = Calls.open(TENANT, second);
    Calls.send(audit, at(1, 100, open), at(100, 200, close));

    // When all come again, the last under positions that nothing was appended at
    List<AppendAck> again =
        Calls.send(audit, at(1, 150, open, close), at(150, 300, close, next), at(900, 950, next));

    // Then each is there once, and only the second call is open
    assertThat(again).extracting(AppendAck::getDuplicates).containsExactly(2, 1, 1);
    assertThat(database.values("SELECT count(*) FROM audit.record")).containsExactly("3");
    assertThat(database.values("SELECT call_id::text FROM audit.open_call"))
        .containsExactly(second.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void appendingToADayThatBeganEmptyDoesNotGetSlowerWithIt(boolean toldPositions) {
    // Given a day's table that is empty when the first records come
    int batches = 150;
    int calls = 20;
    List<AppendBatch> all = new ArrayList<>();
    for (int i = 1; i <= batches; i++) {
      List<AuditRecord> records = new ArrayList<>();
      for (int call = 0; call < calls; call++) {
        CallId id = CallId.next();
        records.add(Calls.open(TENANT, id));
        records.add(Calls.close(TENANT, id, Outcome.OUTCOME_OK));
      }
      // Of the last call there is no CLOSE yet.
      records.removeLast();
      all.add(at(toldPositions ? i : 0, i + 1, records.toArray(AuditRecord[]::new)));
    }

    // When many batches follow each other
    Calls.send(audit, all.toArray(AppendBatch[]::new));

    // Then Postgres has read a few rows for each record, and not all of them for each
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              // A connection tells what it has counted with what it does next.
              database.store().head(TENANT, 0).await().atMost(Calls.PATIENCE);
              assertThat(
                      database.values(
                          "SELECT sum(n_tup_ins) FROM pg_stat_user_tables"
                              + " WHERE schemaname = 'audit' AND relname LIKE 'record_%'"))
                  .containsExactly(Integer.toString(batches * (2 * calls - 1)));
            });
    String read =
        database
            .values(
                "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
                    + " WHERE schemaname = 'audit' AND relname LIKE 'record_%'")
            .getFirst();
    assertThat(Long.parseLong(read)).isLessThan(20L * batches * 2 * calls);
  }

  private static AppendBatch at(long begins, long position, AuditRecord... records) {
    return Calls.batch(records).toBuilder().setBegins(begins).setPosition(position).build();
  }

  @Test
  void aRecordTwiceInOneBatchIsKeptOnce() {
    AuditRecord open = Calls.open(TENANT, CallId.next());
    assertThat(Calls.send(audit, open, open).getDuplicates()).isEqualTo(1);
    assertThat(database.values("SELECT count(*) FROM audit.record")).containsExactly("1");
  }

  @Test
  void everyBatchIsAcknowledgedInOrder() {
    List<AppendBatch> batches = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      batches.add(
          Calls.batch(Calls.open(TENANT, CallId.next())).toBuilder().setPosition(i).build());
    }
    assertThat(Calls.send(audit, batches.toArray(AppendBatch[]::new)))
        .extracting(AppendAck::getPosition)
        .isEqualTo(batches.stream().map(AppendBatch::getPosition).toList());
  }

  @Test
  void aCloseBeforeItsOpenIsTheSameCallAndNotOpen() {
    // Given a CLOSE that comes first
    CallId id = CallId.next();
    Calls.send(audit, Calls.close(TENANT, id, Outcome.OUTCOME_OK));
    assertThat(Calls.query(audit, TENANT).getCalls(0).hasOpen()).isFalse();

    // When the OPEN follows, and the edge starts again
    Calls.send(audit, Calls.open(TENANT, id));
    Calls.send(audit, Calls.started(TENANT, Calls.EDGE, 2));

    // Then it is one closed call
    List<CallView> calls = Calls.query(audit, TENANT).getCallsList();
    assertThat(calls).hasSize(1);
    assertThat(calls.getFirst().hasOpen()).isTrue();
    assertThat(calls.getFirst().getClose().getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
  }

  @Test
  void aStartedEdgeLeavesItsOpenCallsUnknownInEveryTenant() {
    // Given open calls of two tenants, a closed one, one of another edge and one of the new epoch
    CallId mine = CallId.next();
    CallId others = CallId.next();
    CallId closed = CallId.next();
    CallId elsewhere = CallId.next();
    CallId running = CallId.next();
    Calls.send(
        audit,
        Calls.open(TENANT, mine),
        Calls.open(OTHER_TENANT, others),
        Calls.open(TENANT, closed));
    Calls.send(audit, Calls.close(TENANT, closed, Outcome.OUTCOME_OK));
    Calls.send(
        audit,
        Calls.batch(
            "edge_b",
            List.of(Calls.open(TENANT, elsewhere).toBuilder().setEdge("edge_b").build())));

    // When the edge starts again, in the middle of a batch, and that batch comes twice
    AuditRecord[] batch = {
      Calls.open(TENANT, CallId.next()),
      Calls.started(TENANT, Calls.EDGE, 2),
      Calls.open(TENANT, running).toBuilder().setEdgeEpoch(2).build()
    };
    Calls.send(audit, batch);
    Calls.send(audit, batch);

    // Then exactly the calls that it left open are unknown
    assertThat(outcome(TENANT, mine)).isEqualTo(Outcome.OUTCOME_UNKNOWN);
    assertThat(outcome(OTHER_TENANT, others)).isEqualTo(Outcome.OUTCOME_UNKNOWN);
    assertThat(outcome(TENANT, CallId.parse(batch[0].getCallId())))
        .isEqualTo(Outcome.OUTCOME_UNKNOWN);
    assertThat(outcome(TENANT, closed)).isEqualTo(Outcome.OUTCOME_OK);
    assertThat(call(TENANT, elsewhere).hasClose()).isFalse();
    assertThat(call(TENANT, running).hasClose()).isFalse();
    assertThat(
            database.values(
                "SELECT count(*) FROM audit.record WHERE sequence = "
                    + ArrivedBatch.UNKNOWN_SEQUENCE))
        .containsExactly("3");
  }

  @Test
  void aCloseThatComesAfterUnknownIsKeptAndWins() {
    // Given a call that was given up
    CallId id = CallId.next();
    Calls.send(audit, Calls.open(TENANT, id));
    Calls.send(audit, Calls.started(TENANT, Calls.EDGE, 2));
    assertThat(outcome(TENANT, id)).isEqualTo(Outcome.OUTCOME_UNKNOWN);

    // When its CLOSE comes after all
    Calls.send(audit, Calls.close(TENANT, id, Outcome.OUTCOME_CANCELLED));

    // Then both are kept, and the edge's own is shown
    assertThat(outcome(TENANT, id)).isEqualTo(Outcome.OUTCOME_CANCELLED);
    assertThat(Calls.query(audit, TENANT).getTotal()).isEqualTo(1);
    assertThat(database.values("SELECT count(*) FROM audit.record WHERE kind = 2"))
        .containsExactly("2");
  }

  @Test
  void whatIsNoRecordIsKeptApartAndStopsNothing() {
    // Given garbage, and records that cannot be kept as they are, among good ones
    CallId good = CallId.next();
    AppendBatch batch =
        Calls.batch(
                Calls.open(TENANT, good),
                Calls.open(TENANT, CallId.next()).toBuilder().setCallId("not-an-id").build(),
                Calls.open(TENANT, CallId.next()).toBuilder().setEdge("edge_x").build(),
                Calls.open(TENANT, CallId.next()).toBuilder().setTimeMicros(-1).build(),
                Calls.open(TENANT, CallId.next()).toBuilder().setSequence(-1).build(),
                Calls.open(TENANT, CallId.next()).toBuilder().clearKind().build(),
                AuditRecord.newBuilder().build())
            .toBuilder()
            .addRecords(ByteString.copyFromUtf8("\u0001\u0002 garbage"))
            .build();

    // When the batch comes, twice
    Calls.send(audit, batch);
    Calls.send(audit, batch);

    // Then the good one is there, and the others are kept with a reason, once
    assertThat(Calls.query(audit, TENANT).getCallsList())
        .extracting(view -> view.getOpen().getCallId())
        .containsExactly(good.toString());
    assertThat(database.values("SELECT reason FROM audit.rejected")).hasSize(7);
  }

  @Test
  void textsThatPostgresCannotStoreAreStoredAsFarAsItCan() {
    // Given a tool name with a NUL, as a caller may send one, and one of a megabyte
    AuditRecord nul =
        Calls.open(TENANT, CallId.next()).toBuilder().setTool("a\0b").setServer("nul").build();
    AuditRecord huge =
        Calls.open(TENANT, CallId.next()).toBuilder()
            .setTool("x".repeat(1_000_000))
            .setServer("huge")
            .build();

    // When they are appended, and again
    Calls.send(audit, nul, huge);
    assertThat(Calls.send(audit, nul, huge).getDuplicates()).isEqualTo(2);

    // Then both are there, and the chain holds
    assertThat(tool("nul")).isEqualTo("a\uFFFDb");
    assertThat(tool("huge")).hasSize(ArrivedBatch.MAX_TEXT_CHARS).endsWith("…");
    ChainTest.assertIntact(audit, TENANT);
  }

  @Test
  void contentOfEverySizeIsKept() {
    // Given content of no bytes, and of the 64 KiB that an edge keeps
    byte[] large = new byte[64 * 1024];
    large[0] = 1;
    Content kept =
        Content.newBuilder()
            .setData(ByteString.copyFrom(large))
            .setLength(10_000_000)
            .setSaltedDigest(ByteString.copyFrom(new byte[32]))
            .setSalt(ByteString.copyFrom(new byte[16]))
            .build();
    CallId id = CallId.next();
    AuditRecord open =
        Calls.open(TENANT, id).toBuilder().setArguments(Content.getDefaultInstance()).build();
    AuditRecord close =
        Calls.close(TENANT, id, Outcome.OUTCOME_OK).toBuilder().setResult(kept).build();

    // When they are appended
    Calls.send(audit, open, close);

    // Then they are the same, and an absent content stays absent
    CallView view = call(TENANT, id);
    assertThat(view.getOpen()).isEqualTo(open);
    assertThat(view.getOpen().hasResult()).isFalse();
    assertThat(view.getClose()).isEqualTo(close);
  }

  @Test
  void aRecordOfAnyDayHasAPlace() {
    // Given calls of today, of last week and of last year
    Instant now = Instant.now();
    CallId today = CallId.next();
    CallId lastWeek = CallId.at(now.minus(Duration.ofDays(7)).toEpochMilli());
    CallId lastYear = CallId.at(now.minus(Duration.ofDays(365)).toEpochMilli());

    // When they come in one batch
    Calls.send(
        audit,
        Calls.open(TENANT, today),
        Calls.open(TENANT, lastWeek),
        Calls.open(TENANT, lastYear));

    // Then each is found, those of near days in partitions of their own
    assertThat(Calls.query(audit, TENANT).getCallsList())
        .extracting(view -> view.getOpen().getCallId())
        .containsExactly(today.toString(), lastWeek.toString(), lastYear.toString());
    assertThat(database.values("SELECT count(*) FROM audit.record_other")).containsExactly("1");
  }

  @Test
  void theRecordIsAppendOnlyButContentCanBeErased() {
    // Given a record
    CallId id = CallId.next();
    Calls.send(audit, Calls.open(TENANT, id));

    // When it is changed or deleted by plain SQL, then it is refused
    for (String change :
        List.of(
            "UPDATE audit.record SET tool = 'x'",
            "UPDATE audit.record SET arguments = 'x'",
            "UPDATE audit.record SET arguments = NULL, arguments_salt = NULL, tool = 'x'",
            "DELETE FROM audit.record")) {
      assertThatThrownBy(() -> database.sql(change)).hasMessageContaining("append-only");
    }

    // But its content can be erased, and the chain holds
    database.sql("UPDATE audit.record SET arguments = NULL, arguments_salt = NULL");
    assertThat(call(TENANT, id).getOpen().getArguments().getData().isEmpty()).isTrue();
    ChainTest.assertIntact(audit, TENANT);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EDGE")
  void onlyAnEdgeMayAppendOrAsk(Peer peer) {
    CallContext context = CallContext.ofService(peer, TENANT);
    assertThatThrownBy(
            () ->
                audit
                    .append(
                        context,
                        Multi.createFrom().item(Calls.batch(Calls.open(TENANT, CallId.next()))))
                    .collect()
                    .asList()
                    .await()
                    .atMost(Calls.PATIENCE))
        .isInstanceOfSatisfying(CallFailed.class, AppendTest::isForbidden);
    assertThatThrownBy(
            () ->
                audit
                    .queryCalls(context, QueryCallsRequest.getDefaultInstance())
                    .await()
                    .atMost(Calls.PATIENCE))
        .isInstanceOfSatisfying(CallFailed.class, AppendTest::isForbidden);
    assertThat(database.values("SELECT count(*) FROM audit.record")).containsExactly("0");
  }

  private static void isForbidden(CallFailed failed) {
    assertThat(failed.failure().code()).isEqualTo(ErrorCode.FORBIDDEN);
  }

  private CallView call(String tenant, CallId id) {
    return Calls.query(audit, tenant, QueryCallsRequest.newBuilder().setCallId(id.toString()))
        .getCalls(0);
  }

  private Outcome outcome(String tenant, CallId id) {
    return call(tenant, id).getClose().getOutcome();
  }

  private String tool(String server) {
    return Calls.query(audit, TENANT, QueryCallsRequest.newBuilder().setServer(server))
        .getCalls(0)
        .getOpen()
        .getTool();
  }

  /** Kinds that are no calls are kept and are not shown as calls. */
  @Test
  void recordsThatAreNoCallsAreKeptToo() {
    Calls.send(
        audit,
        Calls.record(RecordKind.RECORD_KIND_GAP, TENANT, CallId.next()).setDropped(7).build(),
        Calls.record(RecordKind.RECORD_KIND_ADMIN, TENANT, CallId.next()).build());
    assertThat(Calls.query(audit, TENANT).getTotal()).isZero();
    assertThat(database.values("SELECT dropped FROM audit.record WHERE kind = 4"))
        .containsExactly("7");
  }
}
