package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.proto.audit.v1.AuditRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
@SuppressWarnings("NullAway.Init")
class OnceOnlyTest extends AdminApiTest {

  private static final String DEV = "{\"name\":\"dev\"}";

  private static Response create(String key, String body) {
    return json(admin().header("Idempotency-Key", key), body).post("/api/v1/keys");
  }

  @Test
  void aRequestThatIsSentTwiceIsDoneOnce() {
    Response first = create("\"once\"", DEV);
    Response again = create("once", DEV);

    first.then().statusCode(201).header("Idempotency-Replayed", nullValue());
    again
        .then()
        .statusCode(201)
        .contentType("application/json")
        .header("Idempotency-Replayed", equalTo("true"))
        .header("ETag", equalTo(first.header("ETag")))
        .header("Location", equalTo(first.header("Location")))
        .header("Cache-Control", equalTo("no-store"));
    assertThat(again.asString()).isEqualTo(first.asString()).contains("\"key\":\"sp-");
    assertThat(policy.created).hasSize(1);
  }

  @Test
  void withoutTheHeaderNothingIsKept() {
    json(admin(), DEV).post("/api/v1/keys").then().statusCode(201);
    json(admin(), DEV).post("/api/v1/keys").then().header("Idempotency-Replayed", nullValue());

    assertThat(store.texts).isEmpty();
  }

  @Test
  void anAnswerThatIsGivenAgainIsRecorded() {
    create("k", DEV);
    evidence.reset();

    create("k", DEV).then().statusCode(201);

    assertThat(evidence.records).extracting(AuditRecord::getSequence).containsExactly(0, 1);
    assertThat(evidence.records.getFirst().getMethod()).isEqualTo("idempotency.replay");
    assertThat(evidence.records.getFirst().getDecision()).isEqualTo("allow");
  }

  @Test
  void isNotGivenAgainWhereThatCannotBeRecorded() {
    create("k", DEV);
    evidence.full = true;

    create("k", DEV).then().statusCode(503).body("key", nullValue());
  }

  @Test
  void aKeyIsForOneRequest() {
    create("k", DEV).then().statusCode(201);

    create("k", "{\"name\":\"other\"}")
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("code", equalTo("idempotency_mismatch"));
    json(admin().header("Idempotency-Key", "k"), DEV)
        .post("/api/v1/keys/dev/rotate")
        .then()
        .statusCode(422);
    assertThat(policy.created).hasSize(1);
  }

  @Test
  void anotherTenantHasKeysOfItsOwn() {
    create("k", DEV).then().statusCode(201);

    json(other().header("Idempotency-Key", "k"), DEV)
        .post("/api/v1/keys")
        .then()
        .statusCode(201)
        .header("Idempotency-Replayed", nullValue());
    assertThat(policy.of(FIRST)).hasSize(1);
    assertThat(policy.of(SECOND)).hasSize(1);
  }

  @Test
  void aPostWithoutABodyIsDoneOnceToo() {
    json(admin(), DEV).post("/api/v1/keys").then().statusCode(201);

    admin()
        .header("Idempotency-Key", "r")
        .post("/api/v1/keys/dev/revoke")
        .then()
        .statusCode(200)
        .body("state", equalTo("revoked"));
    admin()
        .header("Idempotency-Key", "r")
        .post("/api/v1/keys/dev/revoke")
        .then()
        .statusCode(200)
        .header("Idempotency-Replayed", equalTo("true"));
  }

  @Test
  void ofManyAtTheSameTimeOneIsDone() throws Exception {
    int many = 16;
    CountDownLatch together = new CountDownLatch(many);
    List<Response> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
      Callable<Response> one =
          () -> {
            together.countDown();
            together.await();
            return create("race", DEV);
          };
      List<Future<Response>> sent = new ArrayList<>();
      for (int n = 0; n < many; n++) {
        sent.add(threads.submit(one));
      }
      for (Future<Response> answer : sent) {
        answers.add(answer.get());
      }
    }

    assertThat(policy.created).hasSize(1);
    assertThat(answers).extracting(Response::statusCode).contains(201).isSubsetOf(201, 409);
    assertThat(answers.stream().filter(answer -> answer.statusCode() == 201))
        .extracting(answer -> answer.path("key"))
        .containsOnly((Object) create("race", DEV).path("key"));
  }

  @Test
  void whileTheFirstRunsTheSecondIsToldSo() throws Exception {
    policy.silent = true;
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Response> first = thread.submit(() -> create("k", DEV));
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !store.texts.isEmpty());

      create("k", DEV)
          .then()
          .statusCode(409)
          .header("Retry-After", equalTo("1"))
          .body("code", equalTo("idempotency_running"))
          .body("detail", containsString("s the key is free"));

      first.get().then().statusCode(503);
    }
    policy.silent = false;
    assertThat(store.texts).isEmpty();
    create("k", DEV).then().statusCode(201).header("Idempotency-Replayed", nullValue());
  }

  @Test
  void aFailureOfTheGatewayIsNotKept() {
    policy.failure = new IllegalStateException("broken");
    create("k", DEV).then().statusCode(500);
    policy.failure = null;

    create("k", DEV).then().statusCode(201).header("Idempotency-Replayed", nullValue());
  }

  @Test
  void aMistakeOfTheSenderIsKept() {
    create("k", "{\"nmae\":\"dev\"}").then().statusCode(400);

    create("k", "{\"nmae\":\"dev\"}")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .header("Idempotency-Replayed", equalTo("true"))
        .body("errors.member", hasItem("nmae"));
  }

  @Test
  void aRefusalThatMayPassIsNotKept() {
    json(auditor().header("Idempotency-Key", "k"), DEV)
        .post("/api/v1/keys")
        .then()
        .statusCode(403)
        .body("permission", equalTo("keys:write"));

    assertThat(store.texts).isEmpty();
  }

  @Test
  void nothingIsDoneWhereTheStoreCannotBeAsked() {
    store.failure = new IllegalStateException("canary: redis.internal");

    create("k", DEV)
        .then()
        .statusCode(503)
        .body("code", equalTo("peer_unavailable"))
        .body("detail", containsString("without the header"));
    assertThat(policy.created).isEmpty();

    json(admin(), DEV).post("/api/v1/keys").then().statusCode(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "two words", "\"open"})
  void refusesAHeaderThatIsNoKey(String header) {
    create(header, DEV).then().statusCode(400).body("errors[0].member", equalTo("Idempotency-Key"));
    assertThat(policy.created).isEmpty();
  }

  @Test
  void refusesTwoKeysOnOneRequest() {
    json(admin().header("Idempotency-Key", "a", "b"), DEV)
        .post("/api/v1/keys")
        .then()
        .statusCode(400);
    assertThat(policy.created).isEmpty();
  }
}
