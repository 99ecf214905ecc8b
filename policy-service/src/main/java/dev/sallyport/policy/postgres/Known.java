package dev.sallyport.policy.postgres;

import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.OwnerKind;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Which of those that are named there are. */
final class Known {

  private Known() {}

  /** Of customers, teams and users, and of keys that are not revoked. */
  static Uni<List<Ref>> of(Mutiny.Session session, String tenant, Collection<Ref> refs) {
    List<String> keys =
        refs.stream().filter(ref -> ref.kind() == OwnerKind.OWNER_KIND_KEY).map(Ref::name).toList();
    List<Ref> known = new ArrayList<>();
    return owners(session, tenant, refs)
        .invoke(known::addAll)
        .chain(
            () ->
                PolicyDatabase.inSlices(
                    keys,
                    some ->
                        session
                            .createSelectionQuery(
                                "select name from VirtualKeyRow where tenant = :tenant"
                                    + " and name in :names and revokedAt is null",
                                String.class)
                            .setParameter("tenant", tenant)
                            .setParameter("names", some)
                            .getResultList()))
        .map(
            found -> {
              found.forEach(name -> known.add(new Ref(OwnerKind.OWNER_KIND_KEY, name)));
              return List.copyOf(known);
            });
  }

  static Uni<List<Ref>> owners(Mutiny.Session session, String tenant, Collection<Ref> refs) {
    return PolicyDatabase.inSlices(
            refs.stream().filter(Ref::isOwner).map(Ref::text).toList(),
            some ->
                session
                    .createSelectionQuery(
                        "select name from OwnerRow where tenant = :tenant and name in :names",
                        String.class)
                    .setParameter("tenant", tenant)
                    .setParameter("names", some)
                    .getResultList())
        .map(names -> names.stream().map(Ref::parse).toList());
  }
}
