package dev.sallyport.policy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.proto.policy.v1.Administrator;
import dev.sallyport.proto.policy.v1.AdministratorProfile;
import dev.sallyport.proto.policy.v1.ApplyRolesRequest;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.CreateAdministratorRequest;
import dev.sallyport.proto.policy.v1.DeleteRoleRequest;
import dev.sallyport.proto.policy.v1.Granter;
import dev.sallyport.proto.policy.v1.ListAdministratorsRequest;
import dev.sallyport.proto.policy.v1.ListAdministratorsResponse;
import dev.sallyport.proto.policy.v1.ListRolesRequest;
import dev.sallyport.proto.policy.v1.PutRoleRequest;
import dev.sallyport.proto.policy.v1.PutRoleResponse;
import dev.sallyport.proto.policy.v1.ResolveAdministratorRequest;
import dev.sallyport.proto.policy.v1.RevokeAdministratorRequest;
import dev.sallyport.proto.policy.v1.Role;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
@SuppressWarnings("NullAway.Init")
class AdministratorOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The key of the configuration that may register commands. */
  private static final Granter ROOT = granter(Permission.values());

  @Inject RoleOperations roles;
  @Inject AdministratorOperations administrators;
  @Inject AdminStore store;
  @Inject PolicySettings settings;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();

  /** An administrator with the credential that only the test knows. */
  private record Made(Administrator administrator, ByteString hash) {
    Granter asGranter() {
      return Granter.newBuilder().setAdministratorId(administrator.getId()).build();
    }
  }

  @Test
  void aCredentialIsResolvedToItsHolderAndWhatItsRoleAllows() {
    put(acme, ROOT, "support", Permission.KEYS_READ, Permission.CALLS_READ);
    Made ada = make(acme, ROOT, "ada", "support");
    Made bob = make(acme, ROOT, "bob", "auditor");

    AdministratorProfile resolved = resolve(ada);

    assertThat(resolved.getTenant()).isEqualTo(acme);
    assertThat(resolved.getId()).startsWith("adm_").hasSize(26);
    assertThat(resolved.getName()).isEqualTo("ada");
    assertThat(resolved.getRole()).isEqualTo("support");
    assertThat(resolved.getPermissionsList()).containsExactly("calls:read", "keys:read");
    assertThat(resolve(bob).getPermissionsList())
        .containsExactlyInAnyOrderElementsOf(
            BuiltInRole.AUDITOR.permissions().stream().map(Permission::wireName).toList());
  }

  @Test
  void anUnknownARevokedAndAnExpiredCredentialAnswerAlike() {
    Made revoked = make(acme, ROOT, "revoked", "auditor");
    revoke(acme, ROOT, "revoked");
    Instant soon = Instant.now().plusSeconds(60);
    Made expired = makeUntil("expired", soon.toEpochMilli());
    AdministratorOperations later =
        new AdministratorOperations(store, settings, InstantSource.fixed(soon.plusMillis(1)));

    assertThat(isResolved(administrators, revoked.hash())).isFalse();
    assertThat(isResolved(administrators, hash())).isFalse();
    assertThat(isResolved(administrators, expired.hash())).isTrue();
    assertThat(isResolved(later, expired.hash())).isFalse();
  }

  @Test
  void aChangeOfARoleHoldsForWhoeverHasItAtOnce() {
    put(acme, ROOT, "support", Permission.KEYS_READ);
    Made ada = make(acme, ROOT, "ada", "support");

    put(acme, ROOT, "support", Permission.CALLS_READ);

    assertThat(resolve(ada).getPermissionsList()).containsExactly("calls:read");
  }

  @Test
  void anotherTenantsRolesAndAdministratorsAreNeitherVisibleNorUsable() {
    put(acme, ROOT, "support", Permission.KEYS_READ);
    Made ada = make(acme, ROOT, "ada", "auditor");

    assertThat(roleNames(globex)).doesNotContain("support");
    assertThat(list(globex, "").getAdministratorsList()).isEmpty();
    assertThat(list(globex, ada.administrator().getId()).getAdministratorsList()).isEmpty();
    assertFails(() -> make(globex, ROOT, "eve", "support"), ErrorCode.INVALID_PARAMS, "no role");
    assertFails(() -> revoke(globex, ROOT, "ada"), ErrorCode.NOT_FOUND, "No such administrator");
    assertFails(() -> delete(globex, "support"), ErrorCode.NOT_FOUND, "no role support");
    // As a granter, too, she is nobody there.
    assertFails(
        () -> make(globex, ada.asGranter(), "eve", "auditor"),
        ErrorCode.FORBIDDEN,
        "no longer an administrator");
  }

  @Test
  void nobodyGivesWhatTheyDoNotHave() {
    put(
        acme,
        ROOT,
        "delegate",
        Permission.ROLES_READ,
        Permission.ROLES_WRITE,
        Permission.KEYS_READ);
    put(acme, ROOT, "commands", Permission.SERVERS_COMMAND);
    Made ada = make(acme, ROOT, "ada", "delegate");
    make(acme, ROOT, "bob", "administrator");

    assertFails(
        () -> put(acme, ada.asGranter(), "delegate", Permission.values()),
        ErrorCode.FORBIDDEN,
        "access:explain");
    assertFails(
        () -> put(acme, ada.asGranter(), "new", Permission.KEYS_WRITE),
        ErrorCode.FORBIDDEN,
        "keys:write");
    assertFails(
        () -> make(acme, ada.asGranter(), "eve", "administrator"), ErrorCode.FORBIDDEN, "give");
    assertFails(
        () -> make(acme, ada.asGranter(), "eve", "commands"),
        ErrorCode.FORBIDDEN,
        "servers:command");
    assertFails(
        () -> change(acme, ada.asGranter(), "ada", "administrator"), ErrorCode.FORBIDDEN, "give");
    // A longer life of what she does not have is a gift, too.
    assertFails(
        () -> expire(acme, ada.asGranter(), "bob", 0), ErrorCode.FORBIDDEN, "access:explain");

    assertThat(put(acme, ada.asGranter(), "readers", Permission.KEYS_READ).getCreated()).isTrue();
    assertThat(make(acme, ada.asGranter(), "carl", "readers").administrator().getRole())
        .isEqualTo("readers");
  }

  /** Whatever it says in the request: what counts is what the administrator has now. */
  @Test
  void whatAnAdministratorMayGiveIsLookedUpAnew() {
    Made ada = make(acme, ROOT, "ada", "auditor");
    Granter boasting =
        ada.asGranter().toBuilder().addAllPermissions(ROOT.getPermissionsList()).build();

    assertFails(() -> make(acme, boasting, "eve", "auditor"), ErrorCode.FORBIDDEN, "roles:write");
  }

  @Test
  void whoeverWasRevokedChangesNothingMore() {
    Made ada = make(acme, ROOT, "ada", "administrator");
    make(acme, ROOT, "bob", "administrator");
    revoke(acme, ROOT, "ada");

    assertFails(
        () -> make(acme, ada.asGranter(), "eve", "auditor"),
        ErrorCode.FORBIDDEN,
        "no longer an administrator");
  }

  /** A role may keep what its editor does not have: that is given to nobody. */
  @Test
  void aRoleKeepsWhatItsEditorDoesNotHave() {
    put(acme, ROOT, "runner", Permission.SERVERS_COMMAND);
    Made ada = make(acme, ROOT, "ada", "administrator");

    put(acme, ada.asGranter(), "runner", Permission.SERVERS_COMMAND, Permission.KEYS_READ);
    put(acme, ada.asGranter(), "runner", Permission.KEYS_READ);

    assertFails(
        () -> put(acme, ada.asGranter(), "runner", Permission.SERVERS_COMMAND),
        ErrorCode.FORBIDDEN,
        "servers:command");
  }

  @Test
  void theLastAdministratorOfRolesStays() {
    put(acme, ROOT, "keepers", Permission.ROLES_WRITE);
    Made ada = make(acme, ROOT, "ada", "keepers");
    make(acme, ROOT, "bob", "auditor");

    assertFails(() -> revoke(acme, ada.asGranter(), "ada"), ErrorCode.CONFLICT, "nobody");
    assertFails(() -> put(acme, ada.asGranter(), "keepers"), ErrorCode.CONFLICT, "nobody");
    put(acme, ROOT, "other", Permission.ROLES_READ);
    assertFails(
        () -> {
          put(acme, ROOT, "empty");
          change(acme, ada.asGranter(), "ada", "empty");
        },
        ErrorCode.CONFLICT,
        "nobody");

    make(acme, ROOT, "carl", "administrator");
    revoke(acme, ada.asGranter(), "ada");
    // A key of the configuration stays, so it may revoke the last one.
    revoke(acme, ROOT, "carl");
    assertThat(list(acme, "carl").getAdministrators(0).getRevokedAtMillis()).isPositive();
  }

  /** Each would be right alone; together they would lock everybody out. */
  @Test
  void twoAdministratorsDoNotRevokeEachOther() {
    Made ada = make(acme, ROOT, "ada", "administrator");
    Made bob = make(acme, ROOT, "bob", "administrator");

    List<CompletableFuture<Boolean>> both =
        List.of(
            outcome(
                administrators.revokeAdministrator(edge(acme), revocation(ada.asGranter(), "bob"))),
            outcome(
                administrators.revokeAdministrator(
                    edge(acme), revocation(bob.asGranter(), "ada"))));

    assertThat(both.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(true, false);
    assertThat(Stream.of(ada, bob).filter(one -> isResolved(administrators, one.hash())))
        .hasSize(1);
  }

  @Test
  void aRoleThatSomebodyHoldsStays() {
    put(acme, ROOT, "support", Permission.KEYS_READ);
    for (String name : List.of("a", "b", "c", "d", "e")) {
      make(acme, ROOT, name, "support");
    }

    assertFails(
        () -> delete(acme, "support"),
        ErrorCode.CONFLICT,
        "held by a, b, c and 2 more; give them another role first");

    for (String name : List.of("a", "b", "c", "d", "e")) {
      revoke(acme, ROOT, name);
    }
    delete(acme, "support");
    assertThat(roleNames(acme)).doesNotContain("support");
  }

  @Test
  void rolesThatAreAlwaysThereCannotBeChanged() {
    assertThat(roleNames(acme)).containsExactly("administrator", "auditor", "operator", "approver");
    assertFails(
        () -> put(acme, ROOT, "auditor", Permission.KEYS_WRITE),
        ErrorCode.INVALID_PARAMS,
        "always there");
    assertFails(
        () -> put(acme, ROOT, "Auditor", Permission.KEYS_WRITE),
        ErrorCode.INVALID_PARAMS,
        "always there");
    assertFails(() -> delete(acme, "auditor"), ErrorCode.CONFLICT, "always there");
  }

  @Test
  void refusesWhatIsNoRole() {
    assertFails(() -> put(acme, ROOT, "two words"), ErrorCode.INVALID_PARAMS, "role name");
    assertFails(
        () ->
            answer(
                roles.putRole(
                    edge(acme),
                    PutRoleRequest.newBuilder()
                        .setGranter(ROOT)
                        .setRole(Role.newBuilder().setName("x").addPermissions("keys:*"))
                        .build())),
        ErrorCode.INVALID_PARAMS,
        "no permission keys:*");
  }

  @Test
  void aRevisionThatIsNotThereIsAConflict() {
    Role first = put(acme, ROOT, "support", Permission.KEYS_READ).getRole();
    Role second = put(acme, ROOT, "support").getRole();

    assertThat(List.of(first.getRevision(), second.getRevision())).containsExactly(1L, 2L);
    assertFails(
        () ->
            answer(
                roles.putRole(
                    edge(acme),
                    PutRoleRequest.newBuilder()
                        .setGranter(ROOT)
                        .setRole(Role.newBuilder().setName("support"))
                        .setExpectedRevision(1)
                        .build())),
        ErrorCode.CONFLICT,
        "");
    assertFails(
        () ->
            answer(
                roles.putRole(
                    edge(acme),
                    PutRoleRequest.newBuilder()
                        .setGranter(ROOT)
                        .setRole(Role.newBuilder().setName("support"))
                        .setMustBeNew(true)
                        .build())),
        ErrorCode.CONFLICT,
        "exists already");
  }

  @Test
  void aNameIsOfOneAdministratorUntilItIsRevoked() {
    make(acme, ROOT, "ada", "auditor");

    assertFails(() -> make(acme, ROOT, "ada", "auditor"), ErrorCode.CONFLICT, "exists already");

    revoke(acme, ROOT, "ada");
    make(acme, ROOT, "ada", "operator");
    assertThat(list(acme, "ada").getAdministratorsList())
        .extracting(Administrator::getRole)
        .containsExactly("auditor", "operator");
    assertThat(change(acme, ROOT, "ada", "auditor").getRevision()).isEqualTo(2);
  }

  @Test
  void administratorsComeInPagesOldestFirst() {
    for (String name : List.of("a", "b", "c")) {
      make(acme, ROOT, name, "auditor");
    }

    ListAdministratorsResponse first = page(2, "");
    ListAdministratorsResponse second = page(2, first.getAdministrators(1).getId());

    assertThat(first.getAdministratorsList())
        .extracting(Administrator::getName)
        .containsExactly("a", "b");
    assertThat(first.getMore()).isTrue();
    assertThat(second.getAdministratorsList())
        .extracting(Administrator::getName)
        .containsExactly("c");
    assertThat(second.getMore()).isFalse();
  }

  @Test
  void aFileDeclaresRolesAndTouchesNoOthers() {
    put(acme, ROOT, "by-hand", Permission.KEYS_READ);

    ApplyRolesResponse tried = apply(true, role("a", "keys:read"), role("b"));
    ApplyRolesResponse done = apply(false, role("a", "keys:read"), role("b"));
    ApplyRolesResponse again = apply(false, role("a", "calls:read"));

    assertThat(tried).isEqualTo(done);
    assertThat(done.getAddedList()).containsExactly("a", "b");
    assertThat(again.getChangedList()).containsExactly("a");
    assertThat(again.getRemovedList()).containsExactly("b");
    assertThat(roleNames(acme)).contains("by-hand", "a").doesNotContain("b");
    assertFails(() -> put(acme, ROOT, "a", Permission.KEYS_READ), ErrorCode.READ_ONLY, "file");
    assertFails(() -> delete(acme, "a"), ErrorCode.READ_ONLY, "file");
    assertFails(() -> apply(false, role("by-hand")), ErrorCode.CONFLICT, "exists already");
    make(acme, ROOT, "ada", "a");
    assertFails(() -> apply(true), ErrorCode.CONFLICT, "held by ada");
  }

  @Test
  void servicesOtherThanEdgeAreRefused() {
    CallContext executor = CallContext.ofService(Peer.EXECUTOR, acme);

    assertFails(
        () -> answer(roles.listRoles(executor, ListRolesRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(
        () ->
            answer(
                administrators.resolveAdministrator(
                    executor, ResolveAdministratorRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(
        () ->
            answer(
                administrators.createAdministrator(
                    executor, CreateAdministratorRequest.newBuilder().setGranter(ROOT).build())),
        ErrorCode.FORBIDDEN,
        "");
  }

  private static Granter granter(Permission... permissions) {
    return Granter.newBuilder()
        .addAllPermissions(Arrays.stream(permissions).map(Permission::wireName).toList())
        .build();
  }

  private PutRoleResponse put(
      String tenant, Granter granter, String name, Permission... permissions) {
    return answer(
        roles.putRole(
            edge(tenant),
            PutRoleRequest.newBuilder()
                .setGranter(granter)
                .setRole(
                    Role.newBuilder()
                        .setName(name)
                        .addAllPermissions(
                            EnumSet.allOf(Permission.class).stream()
                                .filter(Arrays.asList(permissions)::contains)
                                .map(Permission::wireName)
                                .toList()))
                .build()));
  }

  private void delete(String tenant, String role) {
    answer(roles.deleteRole(edge(tenant), DeleteRoleRequest.newBuilder().setRole(role).build()));
  }

  private static Role role(String name, String... permissions) {
    return Role.newBuilder().setName(name).addAllPermissions(List.of(permissions)).build();
  }

  private ApplyRolesResponse apply(boolean dryRun, Role... declared) {
    return answer(
        roles.applyRoles(
            edge(acme),
            ApplyRolesRequest.newBuilder()
                .setSource("file:sallyport.yaml")
                .addAllRoles(List.of(declared))
                .setDryRun(dryRun)
                .build()));
  }

  private List<String> roleNames(String tenant) {
    return answer(roles.listRoles(edge(tenant), ListRolesRequest.getDefaultInstance()))
        .getRolesList()
        .stream()
        .map(Role::getName)
        .toList();
  }

  private Made make(String tenant, Granter granter, String name, String role) {
    return make(tenant, granter, name, role, 0);
  }

  private Made makeUntil(String name, long expires) {
    return make(acme, ROOT, name, "auditor", expires);
  }

  private Made make(String tenant, Granter granter, String name, String role, long expires) {
    ByteString hash = hash();
    return new Made(
        answer(
                administrators.createAdministrator(
                    edge(tenant),
                    CreateAdministratorRequest.newBuilder()
                        .setGranter(granter)
                        .setName(name)
                        .setRole(role)
                        .setExpiresAtMillis(expires)
                        .setCredentialHash(hash)
                        .setPrefix("spa-abcd")
                        .build()))
            .getAdministrator(),
        hash);
  }

  private Administrator change(String tenant, Granter granter, String name, String role) {
    return answer(
            administrators.updateAdministrator(
                edge(tenant),
                UpdateAdministratorRequest.newBuilder()
                    .setGranter(granter)
                    .setAdministrator(name)
                    .setRole(role)
                    .build()))
        .getAdministrator();
  }

  private void expire(String tenant, Granter granter, String name, long millis) {
    answer(
        administrators.updateAdministrator(
            edge(tenant),
            UpdateAdministratorRequest.newBuilder()
                .setGranter(granter)
                .setAdministrator(name)
                .setSetExpiry(true)
                .setExpiresAtMillis(millis)
                .build()));
  }

  private void revoke(String tenant, Granter granter, String name) {
    answer(administrators.revokeAdministrator(edge(tenant), revocation(granter, name)));
  }

  private static RevokeAdministratorRequest revocation(Granter granter, String name) {
    return RevokeAdministratorRequest.newBuilder()
        .setGranter(granter)
        .setAdministrator(name)
        .build();
  }

  private ListAdministratorsResponse list(String tenant, String nameOrId) {
    return answer(
        administrators.listAdministrators(
            edge(tenant),
            ListAdministratorsRequest.newBuilder().setAdministrator(nameOrId).build()));
  }

  private ListAdministratorsResponse page(int limit, String after) {
    return answer(
        administrators.listAdministrators(
            edge(acme),
            ListAdministratorsRequest.newBuilder().setLimit(limit).setAfter(after).build()));
  }

  private AdministratorProfile resolve(Made made) {
    return answer(administrators.resolveAdministrator(edge("default"), resolution(made.hash())))
        .getProfile();
  }

  private static boolean isResolved(AdministratorOperations operations, ByteString hash) {
    return answer(operations.resolveAdministrator(edge("default"), resolution(hash))).hasProfile();
  }

  private static ResolveAdministratorRequest resolution(ByteString hash) {
    return ResolveAdministratorRequest.newBuilder().setCredentialHash(hash).build();
  }

  private static ByteString hash() {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    return ByteString.copyFrom(hash);
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static <T> T answer(Uni<T> asked) {
    return asked.await().atMost(PATIENCE);
  }

  private static CompletableFuture<Boolean> outcome(Uni<?> asked) {
    return asked
        .map(done -> true)
        .onFailure(CallFailed.class)
        .recoverWithItem(false)
        .subscribeAsCompletionStage();
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(code);
              assertThat(failed.failure().message()).contains(message);
            });
  }
}
