package dev.sallyport.edge.admin;

import dev.sallyport.kit.permission.BuiltInRole;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code sallyport.admin.*}: who may administer. */
@ConfigMapping(prefix = "sallyport.admin")
interface AdminConfig {

  /** The admin key of tenant {@code default}, as a secret reference. Absent: closed. */
  Optional<String> key();

  /** May the admin of tenant {@code default} register commands to run on this machine? */
  @WithDefault("true")
  boolean commands();

  /** Further tenants by name. */
  Map<String, Tenant> tenants();

  /** How long another service may take to answer. */
  @WithDefault("10s")
  Duration timeout();

  interface Tenant {

    /** As a secret reference. */
    String key();

    /** One of the roles that are always there. */
    @WithDefault("administrator")
    BuiltInRole role();

    /** May this admin register commands? It is code execution on the gateway's machine. */
    @WithDefault("false")
    boolean commands();
  }
}
