package dev.sallyport.edge.admin;

import dev.sallyport.kit.seal.KeyRing;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Edge with peers in memory and five tenants' admins. Nothing here reaches for Redis. */
public class AdminApiTestProfile implements QuarkusTestProfile {

  static final String KEY = "sa-default-0123456789abcdefghij";
  static final String OTHER_KEY = "sa-other-0123456789abcdefghij";
  static final String AUDITOR_KEY = "sa-auditor-0123456789abcdefghij";
  static final String OPERATOR_KEY = "sa-operator-0123456789abcdefghij";
  static final String APPROVER_KEY = "sa-approver-0123456789abcdefghij";

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> config = new HashMap<>();
    config.put("quarkus.redis.hosts", "redis://127.0.0.1:1");
    config.put("sallyport.admin.key", KEY);
    config.put("sallyport.admin.tenants.acme.key", OTHER_KEY);
    config.put("sallyport.admin.tenants.audited.key", AUDITOR_KEY);
    config.put("sallyport.admin.tenants.audited.role", "auditor");
    config.put("sallyport.admin.tenants.operated.key", OPERATOR_KEY);
    config.put("sallyport.admin.tenants.operated.role", "operator");
    config.put("sallyport.admin.tenants.approving.key", APPROVER_KEY);
    config.put("sallyport.admin.tenants.approving.role", "approver");
    config.put("sallyport.edge.http.allowed-hosts", "gateway.example");
    config.put("sallyport.admin.timeout", "1s");
    try {
      Path folder = Files.createTempDirectory("admin-api-test");
      config.put(
          "sallyport.keyring",
          Files.writeString(folder.resolve("keyring.json"), KeyRing.newRingJson()).toString());
      config.put("sallyport.edge.data", folder.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return config;
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(
        FakePolicy.class,
        FakeRegistry.class,
        FakeAdministration.class,
        FakeAnswerStore.class,
        FakeAudit.class,
        FakeEvidence.class,
        FakeCatalogues.class);
  }
}
