package dev.sallyport.policy.admin;

import com.google.protobuf.ByteString;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where roles and administrators are kept. Any thread; nothing blocks. */
public interface AdminStore {

  /**
   * Whoever has a credential, with the tenant's own role of that name.
   *
   * @param role null: the tenant has made none of this name
   */
  record Looked(StoredAdministrator administrator, @Nullable StoredRole role) {}

  /** Both as they were at one moment; null when nobody has this credential. */
  Uni<@Nullable Looked> look(ByteString credentialHash);

  /** The tenant's own, by name. */
  Uni<List<StoredRole>> roles(String tenant);

  /** The next of these after the one with this id, oldest first; empty: from the first. */
  Uni<List<StoredAdministrator>> page(String tenant, String after, int limit);

  /** Those of the tenant with this id or this name, oldest first. */
  Uni<List<StoredAdministrator>> named(String tenant, String nameOrId);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <T> Uni<T> write(Function<Writing, Uni<T>> work);

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing {

    /** The tenant's own roles, by name. */
    Uni<List<StoredRole>> roles(String tenant);

    /** Administrators of the tenant that are not revoked, oldest first. */
    Uni<List<StoredAdministrator>> present(String tenant);

    /** Those of the tenant with this id or this name, oldest first, revoked ones too. */
    Uni<List<StoredAdministrator>> named(String tenant, String nameOrId);

    /** Has anybody, in any tenant, this credential? */
    Uni<Boolean> isTaken(ByteString credentialHash);

    Uni<Void> save(StoredRole role);

    Uni<Void> remove(StoredRole role);

    Uni<Void> save(StoredAdministrator administrator);
  }
}
