package dev.sallyport.edge.admin;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** Edge with peers in memory and two tenants' admins. */
public class AdminApiTestProfile implements QuarkusTestProfile {

  static final String KEY = "sa-default-0123456789abcdefghij";
  static final String OTHER_KEY = "sa-other-0123456789abcdefghij";
  static final String AUDITOR_KEY = "sa-auditor-0123456789abcdefghij";

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "sallyport.admin.key",
        KEY,
        "sallyport.admin.tenants.acme.key",
        OTHER_KEY,
        "sallyport.admin.tenants.audited.key",
        AUDITOR_KEY,
        "sallyport.admin.tenants.audited.role",
        "auditor",
        "sallyport.edge.http.allowed-hosts",
        "gateway.example",
        "sallyport.admin.timeout",
        "1s");
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(
        FakePolicy.class,
        FakeRegistry.class,
        FakeAudit.class,
        FakeEvidence.class,
        FakeCatalogues.class);
  }
}
