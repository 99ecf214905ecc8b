package dev.sallyport.edge.admin;

import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.secret.Secret;
import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.kit.secret.SecretUnavailable;
import dev.sallyport.kit.secret.Secrets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The admin keys of the configuration. Without any, nobody is let in. A key that cannot be resolved
 * or is too short lets nobody in either, and the log says so.
 */
@Singleton
class AdminKeys {

  private static final Logger LOG = Logger.getLogger(AdminKeys.class);

  /** 128 bits in base64. */
  static final int SHORTEST = 22;

  private final List<Entry> entries = new ArrayList<>();

  private record Entry(byte[] digest, AdminIdentity identity) {}

  @Inject
  AdminKeys(AdminConfig config) {
    this(config, Secrets.ofProcess());
  }

  AdminKeys(AdminConfig config, Secrets secrets) {
    config
        .key()
        .ifPresent(
            reference ->
                add(
                    "sallyport.admin.key",
                    reference,
                    AdminIdentity.ofConfiguration(
                        "default", BuiltInRole.ADMINISTRATOR, config.commands()),
                    secrets));
    config
        .tenants()
        .forEach(
            (tenant, admin) ->
                add(
                    "sallyport.admin.tenants." + tenant + ".key",
                    admin.key(),
                    AdminIdentity.ofConfiguration(tenant, admin.role(), admin.commands()),
                    secrets));
    if (entries.isEmpty()) {
      LOG.warn("the admin API is closed: set sallyport.admin.key to open it");
    }
  }

  private void add(String property, String reference, AdminIdentity identity, Secrets secrets) {
    try {
      if (!SecretReference.parse(reference).isReference()) {
        LOG.warnf(
            "%s holds the key itself; env:NAME or file:PATH keeps it out of the configuration",
            property);
      }
      Secret key = secrets.resolve(reference);
      if (key.reveal().length() < SHORTEST) {
        LOG.errorf("%s is shorter than %d characters and is not accepted", property, SHORTEST);
        return;
      }
      byte[] digest = digest(key.reveal());
      if (entries.stream().anyMatch(entry -> MessageDigest.isEqual(entry.digest, digest))) {
        LOG.errorf("%s equals another admin key and is not accepted", property);
        return;
      }
      entries.add(new Entry(digest, identity));
    } catch (IllegalArgumentException | SecretUnavailable e) {
      LOG.errorf("%s: %s", property, e.getMessage());
    }
  }

  /** Compares with every key in constant time. */
  Optional<AdminIdentity> identify(String credential) {
    byte[] digest = digest(credential);
    AdminIdentity found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.digest, digest)) {
        found = entry.identity;
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] digest(String key) {
    return Contents.sha256(key.getBytes(StandardCharsets.UTF_8));
  }
}
