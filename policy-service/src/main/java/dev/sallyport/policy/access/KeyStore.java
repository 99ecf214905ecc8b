package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.rule.StoredRule;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where keys are kept. Any thread; nothing blocks. */
public interface KeyStore {

  /** The key of this hash, what limits and rules it, and the sequence. Three index look-ups. */
  Uni<Looked> look(ByteString credentialHash);

  /** Keys of one tenant, oldest first, revoked ones included. */
  Uni<List<StoredKey>> list(String tenant);

  /**
   * The next of these keys after the one with this id.
   *
   * @param after empty: from the first; an id that there is not: none
   */
  Uni<List<StoredKey>> page(String tenant, String after, int limit);

  /** Keys of one tenant with this id or this name, oldest first, revoked ones included. */
  Uni<List<StoredKey>> named(String tenant, String nameOrId);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <T> Uni<T> write(Function<Writing, Uni<T>> work);

  /**
   * @param key null: no key has this hash
   * @param limits every one that may count a call of the key
   * @param rules all of its tenant, by name
   * @param sequence at which this was true
   */
  record Looked(
      @Nullable StoredKey key, List<StoredLimit> limits, List<StoredRule> rules, long sequence) {}

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing {

    /** Keys of the tenant with this id or this name, oldest first, revoked ones included. */
    Uni<List<StoredKey>> find(String tenant, String nameOrId);

    /** The key with this hash, of whichever tenant. */
    Uni<@Nullable StoredKey> holder(ByteString credentialHash);

    /** Keys of the tenant that this source declares, oldest first, revoked ones included. */
    Uni<List<StoredKey>> ofSource(String tenant, String source);

    /**
     * Keys of the tenant with one of these names or ids, and keys of whichever tenant with one of
     * these hashes, revoked ones included, in any order. A few queries, whatever their number.
     */
    Uni<List<StoredKey>> concerned(
        String tenant, Collection<String> names, Collection<ByteString> hashes);

    /** Writes a key, new or changed, and all that was put before it. */
    Uni<Void> save(StoredKey key);

    /** Writes a new key with the next {@link #flush}, or at the end. */
    Uni<Void> add(StoredKey key);

    /**
     * Writes a key that was found in this transaction with the next {@link #flush}, or at the end.
     */
    Uni<Void> put(StoredKey key);

    /** Sends what was added and put: a name or a credential must be given up before it is taken. */
    Uni<Void> flush();

    /** Tells all watchers, once the transaction is committed, about a credential of a key. */
    Uni<Void> announce(String tenant, String keyId, ByteString credentialHash, boolean ended);

    /** The last sequence so far, announcements of this transaction included. */
    long sequence();
  }
}
