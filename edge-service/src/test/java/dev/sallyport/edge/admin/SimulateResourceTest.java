package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.ProposedKey;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes in and goes out; what is decided is in {@link SimulationsTest}. */
@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class SimulateResourceTest extends AdminApiTest {

  private static final String PATH = "/api/v1/access/simulate";

  @Test
  void takesSectionsAsTheyAreInFiles() {
    json(
            admin(),
            """
            {"proposal":{
              "customers":{"initech":{}},
              "teams":{"payments":{"parent":"customer:initech","roles":["reviewer"]}},
              "users":{"ada":{"parent":"team:payments"}},
              "keys":{"dev":{"tools":["fs__*"]},"ops":{"owner":null}},
              "groups":{"pay":{"tools":["pay__*"],"attachedTo":["team:payments"]}},
              "rules":{"no-etc":{"tools":["fs__*"],"when":"args.path == '/etc'","effect":"deny"}}},
             "remove":{"rules":["old"],"groups":["g"],"keys":["k"],"teams":["t"]},
             "key":"dev","server":"fs","tool":"read","limit":7,
             "from":"2026-11-01","to":"2026-11-02T12:00:00Z"}
            """)
        .post(PATH)
        .then()
        .statusCode(200)
        .header("Cache-Control", equalTo("no-store"))
        .body("examined", equalTo(0))
        .body("calls", empty())
        .body("against", equalTo("now"))
        .body("from", equalTo("2026-11-01T00:00:00Z"))
        .body("$", not(hasKey("next")));

    AccessProposal proposal = policy.previewed.getFirst().getProposal();
    assertThat(proposal.getSource()).isEmpty();
    assertThat(proposal.getOwnersList())
        .extracting(owner -> OwnerText.of(owner.getRef()))
        .containsExactly("customer:initech", "team:payments", "user:ada");
    assertThat(proposal.getKeysList())
        .containsExactly(
            ProposedKey.newBuilder().setName("dev").addTools("fs__*").setKeepOwner(true).build(),
            ProposedKey.newBuilder().setName("ops").setKeepTools(true).build());
    assertThat(proposal.getGroupsList()).singleElement().extracting("slug").isEqualTo("pay");
    assertThat(proposal.getRulesList())
        .containsExactly(
            Rule.newBuilder()
                .setName("no-etc")
                .addTools("fs__*")
                .setCondition("args.path == '/etc'")
                .setEffect(RuleEffect.RULE_EFFECT_DENY)
                .build());
    assertThat(proposal.getRemovedRulesList()).containsExactly("old");
    assertThat(proposal.getRemovedGroupsList()).containsExactly("g");
    assertThat(proposal.getRemovedKeysList()).containsExactly("k");
    assertThat(proposal.getRemovedOwnersList()).containsExactly("team:t");
    QueryCallsRequest asked = audit.asked.getFirst();
    assertThat(asked.getContext().getTenant()).isEqualTo(FIRST);
    assertThat(asked.getKey()).isEqualTo("dev");
    assertThat(asked.getServer()).isEqualTo("fs");
    assertThat(asked.getTool()).isEqualTo("read");
    assertThat(asked.getFromMicros())
        .isEqualTo(Times.micros(Instant.parse("2026-11-01T00:00:00Z")));
  }

  @Test
  void takesAWholeFileAsItStands() {
    json(
            admin(),
            """
            {"file":"sallyport.yaml","yaml":"servers:\\n  fs: {command: fs}\\nkeys:\\n  dev:\\n    tools: [fs__*]\\n    value: env:SECRET\\n    expires: 2027-01-01\\nlimits:\\n  l: {concurrent: 1}\\nrules:\\n  no: {effect: deny}\\n"}
            """)
        .post(PATH)
        .then()
        .statusCode(200)
        .body("notes.size()", equalTo(2))
        .body("notes[0]", containsString("`servers` is not simulated"))
        .body("notes[1]", containsString("`limits` is not simulated: what a limit had counted"));

    AccessProposal proposal = policy.previewed.getFirst().getProposal();
    assertThat(proposal.getSource()).isEqualTo("file:sallyport.yaml");
    assertThat(proposal.getKeysList())
        .containsExactly(
            ProposedKey.newBuilder()
                .setName("dev")
                .addTools("fs__*")
                .setExpiresAtMillis(Instant.parse("2027-01-01T00:00:00Z").toEpochMilli())
                .build());
    assertThat(proposal.getRulesList()).extracting(Rule::getName).containsExactly("no");
  }

  @Test
  void looksAtTheLastDayWhereNothingElseIsSaid() {
    json(admin(), "{\"proposal\":{}}").post(PATH).then().statusCode(200);

    QueryCallsRequest asked = audit.asked.getFirst();
    assertThat(asked.getToMicros() - asked.getFromMicros())
        .isEqualTo(Duration.ofHours(24).toNanos() / 1_000);
    assertThat(Times.ofMicros(asked.getToMicros()))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | ~~ | needs `proposal`",
        "{\"proposal\":{\"limits\":{}}} | proposal.limits | what a limit had counted",
        "{\"proposal\":{\"servers\":{}}} | proposal.servers | leave it out",
        "{\"proposal\":{\"ruels\":{}}} | proposal.ruels | did you mean `rules`",
        "{\"proposal\":{\"rules\":{\"a\":{\"effect\":\"no\"}}}} | proposal.rules.a.effect | must be allow",
        "{\"proposal\":{\"keys\":{\"a\":{\"value\":\"x\"}}}} | proposal.keys.a.value | unknown key",
        "{\"proposal\":{},\"yaml\":\"a: b\"} | yaml | keep one",
        "{\"yaml\":\"rules: [\"} | ~~ | ~~",
        "{\"proposal\":{},\"file\":\"a/b.yaml\"} | file | without its folders",
        "{\"proposal\":{},\"file\":\"a.yaml\",\"remove\":{\"rules\":[\"x\"]}} | remove | goes without `file`",
        "{\"remove\":{\"rule\":[\"x\"]}} | remove.rule | did you mean `rules`",
        "{\"proposal\":{},\"from\":\"2026-11-02\",\"to\":\"2026-11-01\"} | from | before `to`",
        "{\"proposal\":{},\"from\":\"2026-01-01\",\"to\":\"2026-11-01\"} | from | at most 31 days",
        "{\"proposal\":{},\"from\":\"1900-01-01\",\"to\":\"1900-01-02\"} | to | between 1970 and 9999",
        "{\"proposal\":{},\"to\":\"+999999999-12-31T00:00:00Z\"} | to | between 1970 and 9999",
        "{\"proposal\":{},\"limit\":0} | limit | from 1 to 1000",
        "{\"proposal\":{},\"before\":\"x\"} | before | must be a call id",
        "{\"proposal\":{},\"against\":\"later\"} | against | must be now or then",
      })
  void refusesAWrongBodyNamingTheMember(String body, String member, String detail) {
    json(admin(), body)
        .post(PATH)
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid_params"))
        .body("errors.member", hasItems(member == null ? "" : member))
        .body("errors.detail.join(' ')", containsString(detail == null ? "" : detail));

    assertThat(policy.previewed).isEmpty();
    assertThat(evidence.records).isEmpty();
  }

  @Test
  void saysWhatPolicySaysOfAProposalThatContradictsItself() {
    policy.failure =
        new CallFailed(Failure.of(ErrorCode.CONFLICT, "The rules a and b contradict each other."));

    json(admin(), "{\"proposal\":{}}")
        .post(PATH)
        .then()
        .statusCode(409)
        .body("detail", containsString("contradict each other"));
  }

  @Test
  void takesThePermissionToReadCallsToo() {
    json(auditor(), "{\"proposal\":{}}").post(PATH).then().statusCode(200);
    json(as(AdminApiTestProfile.APPROVER_KEY), "{\"proposal\":{}}")
        .post(PATH)
        .then()
        .statusCode(403);
  }

  @Test
  void callsOfAnotherTenantAreNotAskedFor() {
    audit.calls.add(
        CallView.newBuilder()
            .setOpen(
                AuditRecord.newBuilder()
                    .setTenant(FIRST)
                    .setCallId("01890000-0000-7000-8000-000000000000")
                    .setKeyId("vk_x"))
            .build());

    json(other(), "{\"proposal\":{}}").post(PATH).then().body("examined", equalTo(0));
    json(admin(), "{\"proposal\":{}}").post(PATH).then().body("examined", equalTo(1));

    assertThat(policy.previewed.getFirst().getKeyIdsList()).isEmpty();
    assertThat(policy.previewed.getFirst().getContext().getTenant()).isEqualTo(SECOND);
  }

  @Test
  void recordsWhatWasProposedByName() {
    json(
            admin(),
            "{\"proposal\":{\"rules\":{\"no\":{\"effect\":\"deny\"}}},\"remove\":{\"groups\":[\"g\"]},\"key\":\"dev\"}")
        .post(PATH);

    AuditRecord intent = evidence.records.getFirst();
    assertThat(intent.getMethod()).isEqualTo("access.simulate");
    assertThat(intent.getKeyName()).isEqualTo("dev");
    assertThat(intent.getArguments().getData().toStringUtf8())
        .contains("\"rules\":[\"no\"]")
        .contains("\"removed\":[\"group:g\"]");
  }
}
