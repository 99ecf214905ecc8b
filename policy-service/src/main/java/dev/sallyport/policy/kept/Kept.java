package dev.sallyport.policy.kept;

/**
 * Something of a tenant that has a name, as it is kept.
 *
 * @param <T> what it is
 */
public interface Kept<T extends Kept<T>> {

  /** Source of what comes through the API. */
  String API = "api";

  String tenant();

  /** Stays the same when it is changed. */
  String id();

  /** Unique in the tenant. */
  String name();

  /** {@code api} or {@code file:<name>}. */
  String source();

  /** Grows by one with every change. */
  long revision();

  /** Means the same, whatever its id, source and revision. */
  boolean saysTheSameAs(T that);

  /** This one in the place of another of its name: with its id, and the next revision. */
  T inPlaceOf(T before);

  default boolean isDeclaredInFile() {
    return !source().equals(API);
  }
}
