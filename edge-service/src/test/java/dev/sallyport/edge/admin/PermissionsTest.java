package dev.sallyport.edge.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each operation of the admin API takes, over every operation that the API has. */
@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class PermissionsTest extends AdminApiTest {

  private static final Map<BuiltInRole, String> KEYS =
      Map.of(
          BuiltInRole.ADMINISTRATOR, AdminApiTestProfile.OTHER_KEY,
          BuiltInRole.AUDITOR, AdminApiTestProfile.AUDITOR_KEY,
          BuiltInRole.OPERATOR, AdminApiTestProfile.OPERATOR_KEY,
          BuiltInRole.APPROVER, AdminApiTestProfile.APPROVER_KEY);

  /** One that is not in the table has no permission that a test would hold it to. */
  @Test
  void everyOperationOfTheApiNamesThePermissionThatItTakes() {
    Map<String, Map<String, Object>> paths =
        given().accept("application/json").get("/api/v1/openapi").jsonPath().getMap("paths");
    Set<String> described = new HashSet<>();
    paths.forEach(
        (path, item) ->
            item.keySet().stream()
                .filter(member -> List.of("get", "put", "post", "delete", "patch").contains(member))
                .forEach(method -> described.add(method.toUpperCase() + " " + path)));

    assertThat(described)
        .isEqualTo(new HashSet<>(AdminOperation.ALL.stream().map(AdminOperation::name).toList()))
        .hasSizeGreaterThan(15);
  }

  static Stream<Arguments> rolesAndOperations() {
    return KEYS.keySet().stream()
        .flatMap(
            role -> AdminOperation.ALL.stream().map(operation -> Arguments.of(role, operation)));
  }

  @ParameterizedTest
  @MethodSource("rolesAndOperations")
  void aRoleAllowsWhatItsPermissionsSayAndNothingElse(BuiltInRole role, AdminOperation operation) {
    Optional<Permission> missing =
        operation.needs().stream()
            .filter(needed -> !role.permissions().contains(needed))
            .findFirst();

    Response response = operation.by(as(KEYS.getOrDefault(role, "")));

    if (missing.isEmpty()) {
      assertThat(response.statusCode()).isNotIn(400, 401, 403, 405, 415, 500);
    } else {
      response
          .then()
          .statusCode(403)
          .contentType("application/problem+json")
          .body("code", equalTo("forbidden"))
          .body("permission", equalTo(missing.get().wireName()))
          .body("detail", containsString(missing.get().wireName()))
          .body("detail", containsString(role.wireName()))
          .body("detail", not(containsString("dev")));
    }
    AuditRecord intent = evidence.records.getFirst();
    assertThat(intent.getDecision()).isEqualTo(missing.isEmpty() ? "allow" : "deny");
    assertThat(intent.getRule())
        .isEqualTo(
            "admin:"
                + role.wireName()
                + "/"
                + missing.orElse(operation.needs().getLast()).wireName());
    assertThat(evidence.records.getLast().getOutcome() == Outcome.OUTCOME_REFUSED)
        .isEqualTo(missing.isPresent() || response.statusCode() == 404);
  }

  static Stream<Arguments> operations() {
    return AdminOperation.ALL.stream().map(Arguments::of);
  }

  /** Nothing that an admin may not do is told apart by what there is. */
  @Test
  void aRefusalIsTheSameForWhatThereIsAndForWhatThereIsNot() {
    policy.put(
        dev.sallyport.proto.policy.v1.VirtualKey.newBuilder()
            .setTenant("approving")
            .setName("dev")
            .setSource("api"));

    String there = as(AdminApiTestProfile.APPROVER_KEY).get("/api/v1/keys/dev").asString();
    String not = as(AdminApiTestProfile.APPROVER_KEY).get("/api/v1/keys/none").asString();

    assertThat(there).isEqualTo(not).contains("keys:read");
  }

  /** Whoever may do it is told that it cannot be done now; whoever may not is still refused. */
  @ParameterizedTest
  @MethodSource("operations")
  void nothingIsAllowedBecauseSomethingFails(AdminOperation operation) {
    policy.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
    registry.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
    administration.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
    audit.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));

    int allowed = operation.by(other()).statusCode();
    int refused = operation.by(as(AdminApiTestProfile.APPROVER_KEY)).statusCode();

    boolean approver = BuiltInRole.APPROVER.permissions().containsAll(operation.needs());
    assertThat(refused).isEqualTo(approver ? allowed : 403);
  }
}
