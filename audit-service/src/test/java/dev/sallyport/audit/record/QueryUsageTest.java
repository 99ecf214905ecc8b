package dev.sallyport.audit.record;

import static dev.sallyport.audit.record.Calls.OTHER_TENANT;
import static dev.sallyport.audit.record.Calls.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.audit.postgres.StoreForTests;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.audit.v1.UsageDimension;
import dev.sallyport.proto.audit.v1.UsageRow;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryUsageTest {

  private static final UsageDimension KEY = UsageDimension.USAGE_DIMENSION_KEY;
  private static final UsageDimension CUSTOMER = UsageDimension.USAGE_DIMENSION_CUSTOMER;
  private static final UsageDimension TEAM = UsageDimension.USAGE_DIMENSION_TEAM;
  private static final UsageDimension USER = UsageDimension.USAGE_DIMENSION_USER;
  private static final UsageDimension TOOL = UsageDimension.USAGE_DIMENSION_TOOL;
  private static final UsageDimension DAY = UsageDimension.USAGE_DIMENSION_DAY;
  private static final UsageDimension OUTCOME = UsageDimension.USAGE_DIMENSION_OUTCOME;

  /** Noon of yesterday, UTC. */
  private static final Instant NOON =
      Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));

  private static StoreForTests database;
  private static AuditOperations audit;

  @BeforeAll
  static void calls() {
    database = new StoreForTests();
    audit = new AuditOperations(database.store());
    // The laptop: two calls of search at 0.25, one of them failed; one refused; one of read, free
    ended(0, "laptop", "web", "search", Outcome.OUTCOME_OK, 250_000, 3_000);
    ended(1, "laptop", "web", "search", Outcome.OUTCOME_TOOL_ERROR, 250_000, 5_000);
    ended(2, "laptop", "web", "search", Outcome.OUTCOME_REFUSED, 0, 10);
    ended(3, "laptop", "fs", "read", Outcome.OUTCOME_OK, 0, 1_000);
    // The build: three of read at 0.10, one of them cancelled, a day earlier
    ended(-1440, "ci", "fs", "read", Outcome.OUTCOME_OK, 100_000, 7_000);
    ended(-1441, "ci", "fs", "read", Outcome.OUTCOME_OK, 100_000, 7_000);
    ended(-1442, "ci", "fs", "read", Outcome.OUTCOME_CANCELLED, 100_000, 7_000);
    // A call that waited for input and went on: two closes, one call
    CallId asked = id(4);
    Calls.send(
        audit,
        open(asked, "laptop", "fs", "ask", 500_000),
        close(asked, "laptop", "fs", "ask", Outcome.OUTCOME_INPUT_REQUIRED, 0, 100),
        open(asked, "laptop", "fs", "ask", 500_000).toBuilder().setSequence(2).build(),
        close(asked, "laptop", "fs", "ask", Outcome.OUTCOME_OK, 500_000, 100).toBuilder()
            .setSequence(3)
            .build());
    // Another tenant's
    CallId other = id(5);
    Calls.send(
        audit,
        Calls.open(OTHER_TENANT, other),
        Calls.close(OTHER_TENANT, other, Outcome.OUTCOME_OK).toBuilder()
            .setCostMicros(9_000_000)
            .setKeyName("laptop")
            .build());
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void tellsCallsAndCostByKeyDearestFirst() {
    QueryUsageResponse usage = query(request(KEY));

    assertThat(usage.getRowsList())
        .containsExactly(
            row(List.of("laptop"), 4, 1, 1, 1_000_000, 9_100, 5_000, 92),
            row(List.of("ci"), 3, 0, 0, 300_000, 21_000, 7_000, 210));
    assertThat(usage.getTruncated()).isFalse();
  }

  @Test
  void byToolDayAndOutcomeAndInOneRow() {
    assertThat(query(request(KEY, TOOL)).getRowsList())
        .extracting(UsageRow::getByList, UsageRow::getCalls, UsageRow::getCostMicros)
        .containsExactly(
            Tuple.tuple(List.of("laptop", "web__search"), 2L, 500_000L),
            Tuple.tuple(List.of("laptop", "fs__ask"), 1L, 500_000L),
            Tuple.tuple(List.of("ci", "fs__read"), 3L, 300_000L),
            Tuple.tuple(List.of("laptop", "fs__read"), 1L, 0L));
    assertThat(query(request(DAY)).getRowsList())
        .extracting(row -> row.getBy(0))
        .containsExactly(day(NOON), day(NOON.minus(Duration.ofDays(1))));
    assertThat(query(request(OUTCOME)).getRowsList())
        .extracting(row -> row.getBy(0))
        .containsExactlyInAnyOrder("1", "2", "4", "6", "10");
    assertThat(query(request()).getRowsList())
        .containsExactly(row(List.of(), 7, 1, 1, 1_300_000, 30_100, 7_000, 302));
  }

  @Test
  void byWhomTheKeyBelongedToWhenItCalled() {
    assertThat(query(request(CUSTOMER, TEAM)).getRowsList())
        .extracting(UsageRow::getByList, UsageRow::getCostMicros)
        .containsExactly(
            Tuple.tuple(List.of("initech", "of-laptop"), 1_000_000L),
            Tuple.tuple(List.of("initech", "of-ci"), 300_000L));
    assertThat(query(request(USER)).getRowsList())
        .extracting(UsageRow::getByList, UsageRow::getCalls)
        .containsExactly(
            Tuple.tuple(List.of("user of laptop"), 4L), Tuple.tuple(List.of("user of ci"), 3L));
  }

  @Test
  void everyFilterNarrows() {
    assertThat(cost(request().setKey("laptop"))).isEqualTo(1_000_000);
    assertThat(cost(request().setKey("vk_ci"))).isEqualTo(300_000);
    assertThat(cost(request().setKey("nobody"))).isZero();
    assertThat(cost(request().setServer("web"))).isEqualTo(500_000);
    assertThat(cost(request().setTool("read"))).isEqualTo(300_000);
    assertThat(cost(request().setTool("web__search"))).isEqualTo(500_000);
    assertThat(cost(request().setFromMicros(micros(NOON.minusSeconds(60))))).isEqualTo(1_000_000);
    assertThat(cost(request().setToMicros(micros(NOON.minusSeconds(60))))).isEqualTo(300_000);
    assertThat(cost(request().setKey("x' OR '1'='1"))).isZero();
  }

  @Test
  void aLimitedAnswerSaysThatThereIsMore() {
    QueryUsageResponse usage = query(request(KEY).setLimit(1));

    assertThat(usage.getRowsList()).hasSize(1);
    assertThat(usage.getRows(0).getBy(0)).isEqualTo("laptop");
    assertThat(usage.getTruncated()).isTrue();
  }

  @Test
  void anotherTenantIsNeitherSeenNorCounted() {
    assertThat(
            answer(
                    audit.queryUsage(
                        CallContext.ofService(Peer.EDGE, OTHER_TENANT), request(KEY).build()))
                .getRowsList())
        .extracting(UsageRow::getCostMicros)
        .containsExactly(9_000_000L);
    assertThat(
            answer(
                    audit.queryUsage(
                        CallContext.ofService(Peer.EDGE, "nobody"), request(KEY).build()))
                .getRowsList())
        .isEmpty();
  }

  @Test
  void aCallThatItsEdgeNeverClosedCountsWhatItsOpenSays() {
    String tenant = "crashed";
    CallId id = id(6);
    AuditRecord open =
        open(id, "laptop", "fs", "write", 70_000).toBuilder().setTenant(tenant).build();
    Calls.send(audit, open);
    Calls.send(audit, Calls.started(tenant, Calls.EDGE, 2));

    assertThat(
            answer(
                    audit.queryUsage(
                        CallContext.ofService(Peer.EDGE, tenant), request(KEY, TOOL).build()))
                .getRowsList())
        .containsExactly(row(List.of("laptop", "fs__write"), 1, 0, 1, 70_000, 0, 0, 0));
  }

  @Test
  void whatCannotBeAskedIsRefusedAndOnlyEdgeMayAsk() {
    refused(request(KEY, KEY), "each once");
    refused(request(KEY, TOOL, DAY, OUTCOME), "at most three");
    refused(request().addByValue(99), "not known");
    refused(request().setLimit(1_001), "from 1 to 1000");
    refused(request().setFromMicros(-1), "since 1970");
    assertThatThrownBy(
            () ->
                answer(
                    audit.queryUsage(
                        CallContext.ofService(Peer.EXECUTOR, TENANT), request(KEY).build())))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.FORBIDDEN));
  }

  private static void refused(QueryUsageRequest.Builder request, String message) {
    assertThatThrownBy(() -> query(request))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(ErrorCode.INVALID_PARAMS);
              assertThat(failed.failure().message()).contains(message);
            });
  }

  private static QueryUsageRequest.Builder request(UsageDimension... by) {
    return QueryUsageRequest.newBuilder().addAllBy(List.of(by));
  }

  private static QueryUsageResponse query(QueryUsageRequest.Builder request) {
    return answer(audit.queryUsage(CallContext.ofService(Peer.EDGE, TENANT), request.build()));
  }

  private static long cost(QueryUsageRequest.Builder request) {
    return query(request).getRows(0).getCostMicros();
  }

  private static QueryUsageResponse answer(Uni<QueryUsageResponse> asked) {
    return asked.await().atMost(Calls.PATIENCE);
  }

  private static UsageRow row(
      List<String> by,
      long calls,
      long refused,
      long failed,
      long cost,
      long total,
      long most,
      long tokens) {
    return UsageRow.newBuilder()
        .addAllBy(by)
        .setCalls(calls)
        .setRefused(refused)
        .setFailed(failed)
        .setCostMicros(cost)
        .setLatencyMicrosTotal(total)
        .setResultTokens(tokens)
        .setLatencyMicrosMost(most)
        .build();
  }

  private static void ended(
      int minute,
      String key,
      String server,
      String tool,
      Outcome outcome,
      long cost,
      long latency) {
    CallId id = id(minute);
    Calls.send(
        audit,
        open(id, key, server, tool, cost),
        close(id, key, server, tool, outcome, cost, latency));
  }

  private static AuditRecord open(CallId id, String key, String server, String tool, long cost) {
    return Calls.open(TENANT, id).toBuilder()
        .setKeyId("vk_" + key)
        .setKeyName(key)
        .setCustomer("initech")
        .setTeam("of-" + key)
        .setUser("user of " + key)
        .setServer(server)
        .setTool(tool)
        .setExposedName(server + "__" + tool)
        .setCostMicros(cost)
        .build();
  }

  private static AuditRecord close(
      CallId id, String key, String server, String tool, Outcome outcome, long cost, long latency) {
    return Calls.close(TENANT, id, outcome).toBuilder()
        .setKeyId("vk_" + key)
        .setKeyName(key)
        .setCustomer("initech")
        .setTeam("of-" + key)
        .setUser("user of " + key)
        .setServer(server)
        .setTool(tool)
        .setExposedName(server + "__" + tool)
        .setCostMicros(cost)
        .setLatencyMicros(latency)
        .setResultTokens(latency / 100)
        .build();
  }

  private static CallId id(int minute) {
    return CallId.at(NOON.plus(Duration.ofMinutes(minute)).toEpochMilli());
  }

  private static long micros(Instant moment) {
    return moment.toEpochMilli() * 1_000;
  }

  private static String day(Instant moment) {
    return moment.toString().substring(0, 10);
  }
}
