package dev.sallyport.audit.record;

import static dev.sallyport.audit.record.Calls.OTHER_TENANT;
import static dev.sallyport.audit.record.Calls.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.audit.postgres.StoreForTests;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryCallsTest {

  private static final Instant FIRST = Instant.now().minus(Duration.ofHours(30));

  private static StoreForTests database;
  private static AuditOperations audit;

  /** Newest first. Nine calls, one each 200 minutes, over two or three days. */
  private static final List<CallId> CALLS = new ArrayList<>();

  @BeforeAll
  static void nineCallsAndOnesOfAnotherTenant() {
    database = new StoreForTests();
    audit = new AuditOperations(database.store());
    for (int i = 0; i < 9; i++) {
      CallId id = CallId.at(FIRST.plus(Duration.ofMinutes(200L * i)).toEpochMilli());
      CALLS.addFirst(id);
      AuditRecord.Builder open = Calls.open(TENANT, id).toBuilder();
      open.setServer(i % 3 == 0 ? "files" : "demo").setTool("tool" + i);
      open.setKeyId(i < 4 ? "vk_1" : "vk_2").setKeyName(i < 4 ? "laptop" : "ci");
      Calls.send(audit, open.build());
      if (i != 8) {
        Calls.send(
            audit,
            Calls.close(TENANT, id, i % 2 == 0 ? Outcome.OUTCOME_OK : Outcome.OUTCOME_REFUSED));
      }
      CallId others = CallId.at(id.time().toEpochMilli());
      Calls.send(
          audit,
          Calls.open(OTHER_TENANT, others),
          Calls.close(OTHER_TENANT, others, Outcome.OUTCOME_OK));
    }
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void givesCallsNewestFirstInPagesUnderACursor() {
    // When all calls are read in pages of two
    List<String> read = new ArrayList<>();
    String before = "";
    while (true) {
      QueryCallsResponse page = query(request().setLimit(2).setBeforeCallId(before));
      if (page.getCallsCount() == 0) {
        break;
      }
      page.getCallsList().forEach(view -> read.add(view.getOpen().getCallId()));
      before = read.getLast();
    }

    // Then each is there once, newest first
    assertThat(read).isEqualTo(CALLS.stream().map(CallId::toString).toList());
    assertThat(query(request()).getTotal()).isEqualTo(9);
  }

  @Test
  void aTenantSeesAndCountsOnlyItsOwn() {
    for (CallId id : CALLS) {
      QueryCallsRequest.Builder byId = request().setCallId(id.toString());
      assertThat(query(byId).getCallsCount()).isEqualTo(1);
      assertThat(Calls.query(audit, OTHER_TENANT, byId).getCallsCount()).isZero();
    }
    QueryCallsResponse others = Calls.query(audit, OTHER_TENANT);
    assertThat(others.getCallsList())
        .hasSize(9)
        .allMatch(view -> view.getOpen().getTenant().equals(OTHER_TENANT));
    assertThat(others.getTotal()).isEqualTo(9);
    assertThat(Calls.query(audit, "nobody", request().setCountOnly(true)).getTotal()).isZero();
  }

  @Test
  void aRunningCallHasNoClose() {
    CallView newest = query(request().setLimit(1)).getCalls(0);
    assertThat(newest.hasOpen()).isTrue();
    assertThat(newest.hasClose()).isFalse();
  }

  @Test
  void everyFilterNarrows() {
    assertThat(tools(request().setKey("vk_1"))).containsExactly("tool3", "tool2", "tool1", "tool0");
    assertThat(tools(request().setKey("laptop"))).hasSize(4);
    assertThat(tools(request().setKey("nobody"))).isEmpty();
    assertThat(tools(request().setServer("files"))).containsExactly("tool6", "tool3", "tool0");
    assertThat(tools(request().setTool("tool5"))).containsExactly("tool5");
    assertThat(tools(request().setTool("demo__echo"))).hasSize(9);
    assertThat(tools(request().setOutcome(Outcome.OUTCOME_REFUSED)))
        .containsExactly("tool7", "tool5", "tool3", "tool1");
    assertThat(tools(request().setServer("files").setOutcome(Outcome.OUTCOME_OK)))
        .containsExactly("tool6", "tool0");
  }

  @Test
  void aTimeRangeIsFromInclusiveToExclusive() {
    long third = micros(CALLS.get(6));
    long sixth = micros(CALLS.get(3));
    assertThat(tools(request().setFromMicros(third).setToMicros(sixth)))
        .containsExactly("tool4", "tool3", "tool2");
    assertThat(tools(request().setFromMicros(sixth))).hasSize(4);
    assertThat(tools(request().setToMicros(third))).hasSize(2);
  }

  @Test
  void countingCountsWhatMatches() {
    QueryCallsResponse counted = query(request().setCountOnly(true).setServer("demo").setLimit(1));
    assertThat(counted.getTotal()).isEqualTo(6);
    assertThat(counted.getCallsCount()).isZero();
  }

  @Test
  void whatIsMalformedIsRefusedByName() {
    assertInvalid(request().setCallId("x"), "call_id");
    assertInvalid(request().setBeforeCallId("550e8400-e29b-41d4-a716-446655440000"), "before");
    assertInvalid(request().setLimit(1001), "limit");
    assertInvalid(request().setOutcomeValue(99), "outcome");
  }

  @Test
  void textsAreNeverSql() {
    assertThat(tools(request().setTool("' OR '1'='1"))).isEmpty();
    assertThat(tools(request().setServer("a\0b"))).isEmpty();
  }

  private static void assertInvalid(QueryCallsRequest.Builder request, String naming) {
    assertThatThrownBy(() -> query(request))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(ErrorCode.INVALID_PARAMS);
              assertThat(failed.failure().message()).contains(naming);
            });
  }

  private static QueryCallsRequest.Builder request() {
    return QueryCallsRequest.newBuilder();
  }

  private static QueryCallsResponse query(QueryCallsRequest.Builder request) {
    return Calls.query(audit, TENANT, request);
  }

  private static List<String> tools(QueryCallsRequest.Builder request) {
    return query(request).getCallsList().stream().map(view -> view.getOpen().getTool()).toList();
  }

  private static long micros(CallId id) {
    return id.time().toEpochMilli() * 1000 + 7;
  }
}
