package dev.sallyport.edge.caller;

/**
 * Whoever shows no key, when {@code sallyport.edge.auth=none}: only on loopback, in tenant {@code
 * default}. Policy says what that may use, as of keys: every tool, under the rules of the tenant
 * and the limits of the tenant, its servers and tools.
 */
public final class Anonymous {

  /** In the place of the id of a key; those all begin with {@code vk_}. */
  public static final String KEY_ID = "anonymous";

  private Anonymous() {}

  public static boolean is(AccessProfile profile) {
    return profile.keyId().equals(KEY_ID);
  }
}
