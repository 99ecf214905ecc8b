package dev.sallyport.testkit;

/**
 * The tenants of every fixture. A suite gives the second one what the first one has, and shows that
 * neither sees the other's.
 */
public final class SecondTenant {

  /** The tenant of a laptop. */
  public static final String FIRST = "default";

  /** The other one. */
  public static final String SECOND = "acme";

  private SecondTenant() {}
}
