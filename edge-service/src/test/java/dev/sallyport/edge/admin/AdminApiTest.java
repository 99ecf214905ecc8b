package dev.sallyport.edge.admin;

import static io.restassured.RestAssured.given;

import dev.sallyport.testkit.SecondTenant;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the admin API share: peers in memory, emptied before each test. */
abstract class AdminApiTest {

  static final String FIRST = SecondTenant.FIRST;
  static final String SECOND = SecondTenant.SECOND;

  @Inject FakePolicy policy;
  @Inject FakeRegistry registry;
  @Inject FakeAdministration administration;
  @Inject FakeAnswerStore store;
  @Inject FakeAudit audit;
  @Inject FakeEvidence evidence;
  @Inject FakeCatalogues catalogues;

  @BeforeEach
  void emptyPeers() {
    policy.reset();
    registry.reset();
    administration.reset();
    store.reset();
    audit.reset();
    evidence.reset();
  }

  /** The admin of tenant {@code default}. */
  static RequestSpecification admin() {
    return as(AdminApiTestProfile.KEY);
  }

  /** The admin of the second tenant. */
  static RequestSpecification other() {
    return as(AdminApiTestProfile.OTHER_KEY);
  }

  static RequestSpecification auditor() {
    return as(AdminApiTestProfile.AUDITOR_KEY);
  }

  static RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  static RequestSpecification json(RequestSpecification request, String body) {
    return request.contentType("application/json").body(body);
  }
}
