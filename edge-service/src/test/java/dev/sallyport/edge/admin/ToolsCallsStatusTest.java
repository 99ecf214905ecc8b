package dev.sallyport.edge.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.audit.v1.UsageDimension;
import dev.sallyport.proto.audit.v1.UsageRow;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class ToolsCallsStatusTest extends AdminApiTest {

  @BeforeEach
  void tools() {
    catalogues.put(
        FIRST,
        FakeCatalogues.tool(
            "fs", "read", "{\"name\":\"read\",\"title\":\"Read\",\"description\":\"Reads.\"}"),
        FakeCatalogues.tool("fs", "write", "{\"name\":\"write\"}"),
        FakeCatalogues.tool("git", "log", "not json"));
    catalogues.put(SECOND, FakeCatalogues.tool("own", "secret", "{}"));
  }

  private void key(String tenant, String name, VirtualKey.Builder key) {
    policy.put(key.setTenant(tenant).setName(name).setSource("api"));
  }

  @Test
  void listsToolsWithTheQuarantinedOnes() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(ServerDefinition.newBuilder().setTenant(FIRST).setName("fs"))
            .setCatalogue(
                ServerCatalogue.newBuilder()
                    .setServer("fs")
                    .addTools(ToolDefinition.newBuilder().setName("read"))
                    .addTools(
                        ToolDefinition.newBuilder()
                            .setName("bad")
                            .setQuarantineReason("Its schema is not an object.")
                            .setDefinition(ByteString.copyFromUtf8("{\"description\":\"B\"}"))))
            .build());

    admin()
        .get("/api/v1/tools")
        .then()
        .statusCode(200)
        .body("tools.name", equalTo(List.of("fs__read", "fs__write", "git__log", "fs__bad")))
        .body("tools[0].title", equalTo("Read"))
        .body("tools[0].description", equalTo("Reads."))
        .body("tools[0].quarantined", equalTo(false))
        .body("tools[3].quarantined", equalTo(true))
        .body("tools[3].reason", equalTo("Its schema is not an object."));
    admin().get("/api/v1/tools?server=git").then().body("tools.name", equalTo(List.of("git__log")));
  }

  @Test
  void showsWhatAKeySees() {
    key(FIRST, "narrow", VirtualKey.newBuilder().addTools("fs__r*"));
    key(FIRST, "none", VirtualKey.newBuilder());
    key(FIRST, "all", VirtualKey.newBuilder().addTools("*"));
    key(FIRST, "gone", VirtualKey.newBuilder().addTools("*").setRevokedAtMillis(1));
    key(FIRST, "late", VirtualKey.newBuilder().addTools("*").setExpiresAtMillis(1));

    admin().get("/api/v1/tools?key=narrow").then().body("tools.name", equalTo(List.of("fs__read")));
    admin().get("/api/v1/tools?key=none").then().body("tools", empty());
    admin().get("/api/v1/tools?key=all").then().body("tools.size()", equalTo(3));
    admin()
        .get("/api/v1/tools?key=gone")
        .then()
        .body("tools", empty())
        .body("keyState", equalTo("revoked"));
    admin()
        .get("/api/v1/tools?key=late")
        .then()
        .body("tools", empty())
        .body("keyState", equalTo("expired"));
    admin().get("/api/v1/tools?key=unknown").then().statusCode(404);
  }

  @Test
  void showsNoToolOfAnotherTenant() {
    key(FIRST, "all", VirtualKey.newBuilder().addTools("*"));

    other().get("/api/v1/tools").then().body("tools.name", equalTo(List.of("own__secret")));
    other().get("/api/v1/tools?key=all").then().statusCode(404);
  }

  private static AuditRecord.Builder record(String tenant, String id) {
    return AuditRecord.newBuilder()
        .setTenant(tenant)
        .setCallId(id)
        .setTimeMicros(1_700_000_000_123_456L)
        .setCaller("vk_1")
        .setKeyId("vk_1")
        .setKeyName("dev")
        .setDoor("mcp")
        .setMethod("tools/call");
  }

  private static Content content(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Contents.keep(bytes, 0, bytes.length);
  }

  @Test
  void showsCallsWithTheirContent() {
    String done = CallId.next().toString();
    String running = CallId.next().toString();
    audit.calls.add(
        CallView.newBuilder()
            .setOpen(
                record(FIRST, done)
                    .setExposedName("fs__read")
                    .setArguments(content("{\"p\":\"é\"}")))
            .setClose(
                record(FIRST, done)
                    .setOutcome(Outcome.OUTCOME_TOOL_ERROR)
                    .setLatencyMicros(1500)
                    .setResult(content("x".repeat(Contents.KEPT_BYTES - 1) + "€")))
            .build());
    audit.calls.add(CallView.newBuilder().setOpen(record(FIRST, running)).build());

    admin()
        .get("/api/v1/calls")
        .then()
        .statusCode(200)
        .body("total", equalTo(2))
        .body("calls[0].callId", equalTo(done))
        .body("calls[0].time", equalTo("2023-11-14T22:13:20.123456Z"))
        .body("calls[0].outcome", equalTo("tool_error"))
        .body("calls[0].arguments", equalTo("{\"p\":\"é\"}"))
        .body("calls[0].argumentsContent.truncated", equalTo(false))
        .body("calls[0].result.length()", equalTo(Contents.KEPT_BYTES - 1))
        .body("calls[0].resultContent.truncated", equalTo(true))
        .body("calls[0].resultContent.length", equalTo(Contents.KEPT_BYTES + 2))
        .body("calls[0].latencyMicros", equalTo(1500))
        .body("calls[1].outcome", equalTo("running"))
        .body("calls[1].latencyMicros", nullValue());
    admin()
        .get("/api/v1/calls?content=false")
        .then()
        .body("calls[0].arguments", nullValue())
        .body("calls[0].argumentsContent.length", equalTo(10));
    admin().get("/api/v1/calls?count=true").then().body("calls", empty()).body("total", equalTo(2));
    admin().get("/api/v1/calls/" + running).then().statusCode(200).body("callId", equalTo(running));
  }

  @Test
  void showsNoCallOfAnotherTenant() {
    String id = CallId.next().toString();
    audit.calls.add(CallView.newBuilder().setOpen(record(FIRST, id)).build());

    other().get("/api/v1/calls").then().body("calls", empty()).body("total", equalTo(0));
    other().get("/api/v1/calls/" + id).then().statusCode(404).body("code", equalTo("not_found"));
    given().get("/api/v1/calls/" + id).then().statusCode(401);
  }

  @Test
  void handsEveryFilterToAudit() {
    String before = CallId.next().toString();

    admin()
        .queryParam("key", "dev")
        .queryParam("server", "fs")
        .queryParam("tool", "read")
        .queryParam("outcome", "timed_out")
        .queryParam("from", "2026-01-01T00:00:00Z")
        .queryParam("to", "2026-01-02T00:00:00+01:00")
        .queryParam("limit", 7)
        .queryParam("before", before)
        .get("/api/v1/calls")
        .then()
        .statusCode(200);

    QueryCallsRequest asked = audit.asked.getFirst();
    assertThat(asked.getContext().getTenant()).isEqualTo(FIRST);
    assertThat(asked.getKey()).isEqualTo("dev");
    assertThat(asked.getServer()).isEqualTo("fs");
    assertThat(asked.getTool()).isEqualTo("read");
    assertThat(asked.getOutcome()).isEqualTo(Outcome.OUTCOME_TIMED_OUT);
    assertThat(asked.getFromMicros()).isEqualTo(1_767_225_600_000_000L);
    assertThat(asked.getToMicros()).isEqualTo(1_767_308_400_000_000L);
    assertThat(asked.getLimit()).isEqualTo(7);
    assertThat(asked.getBeforeCallId()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0,limit", "limit=1001,limit", "limit=x,limit", "outcome=bad,outcome",
        "outcome=unspecified,outcome",
    "from=yesterday,from", "to=1,to", "before=1,before", "count=maybe,count", "content=1,content"
  })
  void refusesAWrongParameterByName(String query, String name) {
    admin()
        .get("/api/v1/calls?" + query)
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo(name));

    assertThat(audit.asked).isEmpty();
  }

  @Test
  void refusesAnIdThatIsNone() {
    admin()
        .get("/api/v1/calls/not-an-id")
        .then()
        .statusCode(400)
        .body("detail", containsString("UUIDv7"));
  }

  @Test
  void recordsThatSomebodyReadTheCalls() {
    admin().get("/api/v1/calls?key=dev");

    assertThat(evidence.records)
        .extracting(AuditRecord::getMethod)
        .containsExactly("calls.list", "calls.list");
    assertThat(evidence.records.getFirst().getKeyName()).isEqualTo("dev");
  }

  @Test
  void saysHowTheGatewayIs() {
    admin()
        .get("/api/v1/status")
        .then()
        .statusCode(200)
        .body("state", equalTo("ok"))
        .body("tenant", equalTo("default"))
        .body("services.name", equalTo(List.of("registry", "policy", "audit")))
        .body("services.reachable", equalTo(List.of(true, true, true)))
        .body("catalogue.tools", equalTo(3))
        .body("files", empty());
  }

  @Test
  void saysWhichServiceIsAwayOrSilent() {
    audit.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));

    admin()
        .get("/api/v1/status")
        .then()
        .statusCode(200)
        .body("state", equalTo("degraded"))
        .body("services.find { it.name == 'audit' }.reachable", equalTo(false))
        .body("services.find { it.name == 'audit' }.problem", notNullValue())
        .body("services.reachable", hasItem(true));
    given().get("/api/v1/status").then().statusCode(401);
  }

  @Test
  void tellsUsageByWhatIsAskedFor() {
    audit.usage =
        QueryUsageResponse.newBuilder()
            .addRows(
                UsageRow.newBuilder()
                    .addBy("dev")
                    .addBy("1")
                    .setCalls(4)
                    .setRefused(2)
                    .setFailed(1)
                    .setCostMicros(12_500_000)
                    .setResultTokens(48_213)
                    .setLatencyMicrosTotal(1_000)
                    .setLatencyMicrosMost(700))
            .setTruncated(true)
            .build();

    admin()
        .get(
            "/api/v1/usage?by=key,outcome&from=2026-11-01T00:00:00Z&to=2026-11-30T23:00:00Z"
                + "&server=fs&limit=7")
        .then()
        .statusCode(200)
        .body("from", equalTo("2026-11-01T00:00:00Z"))
        .body("to", equalTo("2026-11-30T23:00:00Z"))
        .body("rows[0].of.key", equalTo("dev"))
        .body("rows[0].of.outcome", equalTo("ok"))
        .body("rows[0].cost", equalTo("12.50"))
        .body("rows[0].tokens", equalTo(48_213))
        .body("rows[0].meanLatencyMicros", equalTo(250))
        .body("truncated", equalTo(true));

    QueryUsageRequest asked = audit.usageAsked.getFirst();
    assertThat(asked.getContext().getTenant()).isEqualTo(FIRST);
    assertThat(asked.getByList())
        .containsExactly(
            UsageDimension.USAGE_DIMENSION_KEY, UsageDimension.USAGE_DIMENSION_OUTCOME);
    assertThat(asked.getServer()).isEqualTo("fs");
    assertThat(asked.getFromMicros()).isEqualTo(1_793_491_200_000_000L);
    assertThat(asked.getLimit()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "by=colour|must be of key, customer, team, user, server",
        "by=key,key|twice",
        "by=key,tool,day,door|at most 3",
        "since=yesterday|such as 30m, 24h or 7d",
        "since=1h&from=2026-11-01T00:00:00Z|leave out",
        "from=now|must be a moment",
        "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z|must be after the beginning",
        "limit=0|from 1 to 1000"
      })
  void aQuestionAboutUsageThatMakesNoSenseIsRefusedWithTheFix(String query, String fix) {
    admin()
        .get("/api/v1/usage?" + query)
        .then()
        .statusCode(400)
        .body("errors[0].detail", containsString(fix));
    assertThat(audit.usageAsked).isEmpty();
  }
}
