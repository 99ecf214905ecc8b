package dev.sallyport.edge.caller;

import dev.sallyport.kit.secret.Secret;
import io.vertx.core.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns credentials into access profiles. Fails closed when policy has been silent for longer than
 * the bound (default 5 s).
 */
public interface Callers {

  /**
   * Resolves a virtual key. A cached key answers with a completed future; the future never fails.
   * It is completed on the Vert.x context that asks.
   *
   * @param credential the key as presented, {@code sp-…}
   */
  Future<Authentication> authenticate(String credential);

  /**
   * Whoever shows no key: for a door that asks for none, and for nobody else. Rejected is none of
   * the answers. Otherwise as {@link #authenticate}.
   */
  Future<Authentication> anybody();

  /**
   * What a caller of before may use now.
   *
   * @param profile as it was let in
   * @param credential with which it was; null: with none, which only {@link #anybody} is
   */
  default Future<Authentication> again(AccessProfile profile, @Nullable Secret credential) {
    if (credential != null) {
      return authenticate(credential.reveal());
    }
    return Anonymous.is(profile)
        ? anybody()
        : Future.succeededFuture(new Authentication.Unavailable());
  }

  /**
   * Is this profile still the current one? One map look-up, asked again before each dispatch and by
   * long streams.
   */
  boolean isCurrent(AccessProfile profile);

  /**
   * Called with the key id when a key is revoked, expires or changes, so that what it holds open
   * can be ended or refreshed.
   */
  void onChange(Consumer<KeyChange> listener);

  /**
   * Completed when every change up to this sequence is in force here, or after a second: whoever
   * made a change finds it made. Never fails.
   */
  Future<Void> caughtUp(long sequence);

  /**
   * @param ended the key may no longer be used; false: its profile changed
   */
  record KeyChange(String tenant, String keyId, boolean ended) {}
}
