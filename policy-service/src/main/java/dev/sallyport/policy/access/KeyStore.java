package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.owner.StoredOwner;
import dev.sallyport.policy.rule.StoredRule;
import dev.sallyport.proto.policy.v1.OwnerKind;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where keys are kept. Any thread; nothing blocks. */
public interface KeyStore {

  /** The key of this hash, what is around it, and the sequence. A few index look-ups. */
  Uni<Looked> look(ByteString credentialHash);

  /**
   * What counts for whoever has no key: limits of the tenant, its servers and its tools, and its
   * rules; without a key, owners and groups.
   */
  Uni<Looked> lookAtAnybody(String tenant);

  /** What is around a key. */
  Uni<Surroundings> around(StoredKey key);

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
   * @param sequence at which this was true; what is around the key may be newer, never older
   */
  record Looked(@Nullable StoredKey key, Surroundings around, long sequence) {}

  /**
   * What a key is subject to beside what it says itself.
   *
   * @param owners whom it belongs to, the nearest first
   * @param groups that are attached to it, to one of its owners or their roles, or to the tenant
   * @param limits every one that may count a call of the key
   * @param rules all of its tenant, by name
   */
  record Surroundings(
      List<StoredOwner> owners,
      List<StoredGroup> groups,
      List<StoredLimit> limits,
      List<StoredRule> rules) {

    /** Nothing. */
    public static final Surroundings NONE =
        new Surroundings(List.of(), List.of(), List.of(), List.of());

    /** Of all owners together, sorted. */
    public List<String> roles() {
      return owners.stream().flatMap(owner -> owner.roles().stream()).distinct().sorted().toList();
    }

    /** Whatever a group can be attached to so that it reaches the key, the nearest first. */
    public List<Ref> ways(StoredKey key) {
      List<Ref> ways = new ArrayList<>();
      ways.add(new Ref(OwnerKind.OWNER_KIND_KEY, key.name()));
      owners.forEach(owner -> ways.add(owner.ref()));
      roles().forEach(role -> ways.add(new Ref(OwnerKind.OWNER_KIND_ROLE, role)));
      ways.add(new Ref(OwnerKind.OWNER_KIND_TENANT, ""));
      return ways;
    }
  }

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

    /** Which of these customers, teams and users the tenant has. */
    Uni<List<Ref>> owners(String tenant, Collection<Ref> refs);

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
