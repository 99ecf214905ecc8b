package dev.sallyport.policy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.Granter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.jspecify.annotations.Nullable;

/** Whatever is tried, in whatever order: nobody ends up with what nobody gave who had it. */
class EscalationPropertiesTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  /**
   * One delegate edits roles, its own too, and takes any of them: it never gets a permission that
   * it did not have at first.
   */
  @Property(tries = 300)
  void whoeverMayChangeRolesNeverGainsAPermission(
      @ForAll @Size(max = 8) @UniqueElements List<Permission> first,
      @ForAll @Size(max = 8) @UniqueElements List<Permission> others,
      @ForAll @Size(min = 1, max = 12)
          List<@Size(max = 6) @UniqueElements List<Permission>> attempts) {
    Set<String> own = names(first);
    own.add(Permission.ROLES_WRITE.wireName());
    List<StoredRole> roles =
        new ArrayList<>(List.of(role("own", own), role("others", names(others))));
    StoredAdministrator delegate = administrator("adm_delegate", "own");
    StoredAdministrator keeper = administrator("adm_keeper", "administrator");
    int turn = 0;
    for (List<Permission> attempt : attempts) {
      String target = List.of("own", "others", "new").get(turn++ % 3);
      roles = edited(roles, delegate, keeper, target, names(attempt));
      delegate = taken(roles, delegate, keeper, target);

      assertThat(own).containsAll(permissions(roles, delegate.role()));
    }
  }

  private static List<StoredRole> edited(
      List<StoredRole> roles,
      StoredAdministrator delegate,
      StoredAdministrator keeper,
      String target,
      Set<String> wanted) {
    try {
      standing(roles, delegate, keeper).checkMayPut(role(target, wanted));
      List<StoredRole> after =
          new ArrayList<>(roles.stream().filter(role -> !role.name().equals(target)).toList());
      after.add(role(target, wanted));
      return after;
    } catch (CallFailed refused) {
      return roles;
    }
  }

  private static StoredAdministrator taken(
      List<StoredRole> roles,
      StoredAdministrator delegate,
      StoredAdministrator keeper,
      String target) {
    try {
      Standing standing = standing(roles, delegate, keeper);
      @Nullable StoredRole role = standing.role(target);
      if (role == null) {
        return delegate;
      }
      standing.checkMayGive(role.permissions());
      StoredAdministrator after = delegate.with(target, null);
      standing.put(after);
      standing.checkKept();
      return after;
    } catch (CallFailed refused) {
      return delegate;
    }
  }

  private static Standing standing(
      List<StoredRole> roles, StoredAdministrator delegate, StoredAdministrator keeper) {
    return Standing.of(
        "acme",
        Granter.newBuilder().setAdministratorId(delegate.id()).build(),
        NOW,
        roles,
        List.of(delegate, keeper));
  }

  private static Collection<String> permissions(List<StoredRole> roles, String name) {
    return roles.stream()
        .filter(role -> role.name().equals(name))
        .flatMap(role -> role.permissions().stream())
        .toList();
  }

  private static Set<String> names(Collection<Permission> permissions) {
    return permissions.stream()
        .map(Permission::wireName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static StoredRole role(String name, Set<String> permissions) {
    return new StoredRole("acme", name, List.copyOf(permissions), "api", 1);
  }

  private static StoredAdministrator administrator(String id, String role) {
    return new StoredAdministrator("acme", id, id, role, ByteString.EMPTY, "", NOW, null, null, 1);
  }
}
