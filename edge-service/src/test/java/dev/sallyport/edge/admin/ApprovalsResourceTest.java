package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.RecordKind;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class ApprovalsResourceTest extends AdminApiTest {

  private static final String PATH = "/api/v1/approvals";

  @Test
  void listsNewestFirstWithoutArgumentsAndShowsOneWithThem() {
    Approval first = policy.put(pending());
    Approval second = policy.put(pending().setTool("drop"));

    admin()
        .get(PATH)
        .then()
        .statusCode(200)
        .header("Cache-Control", equalTo("no-store"))
        .body("approvals.id", equalTo(List.of(second.getId(), first.getId())))
        .body("approvals[0]", not(hasKey("arguments")))
        .body("$", not(hasKey("next")));
    admin()
        .get(PATH + "/" + first.getId())
        .then()
        .statusCode(200)
        .body("state", equalTo("pending"))
        .body("key", equalTo("dev"))
        .body("server", equalTo("fs"))
        .body("tool", equalTo("delete"))
        .body("arguments", equalTo("{\"path\": \"/tmp\"}"))
        .body("argumentsDigest", equalTo("01".repeat(32)))
        .body("rule", equalTo("tool"))
        .body("expiresAt", equalTo("2023-11-14T22:30:00Z"))
        .body("$", not(hasKey("decidedBy")))
        .body("$", not(hasKey("validUntil")));
  }

  @Test
  void listsInPagesAndByFilters() {
    policy.put(pending());
    Approval drop = policy.put(pending().setTool("drop"));
    Approval bobs =
        policy.put(
            pending()
                .setKeyName("bob")
                .setState(ApprovalState.APPROVAL_STATE_USED)
                .setServer("git"));

    String next =
        admin()
            .get(PATH + "?limit=2")
            .then()
            .body("approvals.size()", equalTo(2))
            .extract()
            .path("next");
    assertThat(next).isEqualTo(drop.getId());
    admin()
        .get(PATH + "?limit=2&after=" + next)
        .then()
        .body("approvals.size()", equalTo(1))
        .body("$", not(hasKey("next")));
    for (String filter : List.of("state=used", "key=bob", "server=git")) {
      admin().get(PATH + "?" + filter).then().body("approvals.id", equalTo(List.of(bobs.getId())));
    }
    admin().get(PATH + "?tool=drop").then().body("approvals.id", equalTo(List.of(drop.getId())));
    admin()
        .get(PATH + "?state=waiting")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("state"))
        .body("errors[0].detail", containsString("pending, approved"));
    admin().get(PATH + "?limit=0").then().statusCode(400);
  }

  @Test
  void approvesAndDeniesOnceAndRecordsWhoSaidWhat() {
    Approval one = policy.put(pending());
    Approval other = policy.put(pending());

    json(admin(), "{\"comment\":\"fine\",\"validFor\":\"30m\"}")
        .post(PATH + "/" + one.getId() + "/approve")
        .then()
        .statusCode(200)
        .body("state", equalTo("approved"))
        .body("decidedBy", equalTo("admin:" + FIRST))
        .body("comment", equalTo("fine"))
        .body("validUntil", equalTo("2023-11-14T22:43:22Z"));
    admin().post(PATH + "/" + other.getId() + "/deny").then().statusCode(200);
    json(admin(), "{}")
        .post(PATH + "/" + one.getId() + "/deny")
        .then()
        .statusCode(409)
        .body("code", equalTo("conflict"))
        .body("detail", containsString("already by admin:"));

    List<AuditRecord> intents =
        evidence.records.stream().filter(record -> record.getSequence() == 0).toList();
    assertThat(intents)
        .allMatch(record -> record.getKind() == RecordKind.RECORD_KIND_ADMIN)
        .extracting(AuditRecord::getMethod)
        .containsExactly("approvals.approve", "approvals.deny", "approvals.deny");
    assertThat(intents.getFirst().getArguments().getData().toStringUtf8())
        .contains(one.getId())
        .contains("fine")
        .contains("30m");
    assertThat(evidence.records.getLast().getErrorCode()).isEqualTo("conflict");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "approve | {\"validFor\":\"8d\"} | validFor",
        "approve | {\"validFor\":\"0s\"} | validFor",
        "approve | {\"validFor\":60} | validFor",
        "approve | {\"for\":\"1h\"} | for",
        "deny | {\"validFor\":\"1h\"} | validFor",
        "deny | {\"comment\":7} | comment"
      })
  void refusesWhatItDoesNotUnderstand(String verb, String body, String member) {
    Approval one = policy.put(pending());

    json(admin(), body)
        .post(PATH + "/" + one.getId() + "/" + verb)
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo(member));

    admin().get(PATH + "/" + one.getId()).then().body("state", equalTo("pending"));
  }

  @Test
  void anAuditorReadsAndDecidesNothing() {
    Approval one = policy.put(pending().setTenant("audited"));

    auditor().get(PATH).then().statusCode(200).body("approvals.size()", equalTo(1));
    auditor()
        .post(PATH + "/" + one.getId() + "/approve")
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));
    auditor().post(PATH + "/" + one.getId() + "/deny").then().statusCode(403);

    auditor().get(PATH + "/" + one.getId()).then().body("state", equalTo("pending"));
  }

  @Test
  void keepsTenantsApart() {
    Approval one = policy.put(pending());

    other().get(PATH).then().statusCode(200).body("approvals", empty());
    assertThat(other().get(PATH + "/" + one.getId()).asString())
        .isEqualTo(other().get(PATH + "/apr_unknown").asString());
    other().get(PATH + "/" + one.getId()).then().statusCode(404);
    assertThat(other().post(PATH + "/" + one.getId() + "/approve").asString())
        .isEqualTo(other().post(PATH + "/apr_unknown/approve").asString());
    other().post(PATH + "/" + one.getId() + "/approve").then().statusCode(404);

    admin().get(PATH + "/" + one.getId()).then().body("state", equalTo("pending"));
  }

  private static Approval.Builder pending() {
    return Approval.newBuilder()
        .setTenant(FIRST)
        .setState(ApprovalState.APPROVAL_STATE_PENDING)
        .setKeyId("vk_1")
        .setKeyName("dev")
        .setServer("fs")
        .setTool("delete")
        .setArguments(ByteString.copyFromUtf8("{\"path\": \"/tmp\"}"))
        .setArgumentsDigest(
            ByteString.copyFrom(
                new byte[] {
                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                  1, 1, 1, 1, 1
                }))
        .setRule("tool")
        .setAskedAtMillis(1_700_000_000_000L)
        .setExpiresAtMillis(1_700_001_000_000L);
  }
}
