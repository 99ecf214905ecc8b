package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.policy.ledger.LedgerOperations;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
class LimitOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Inject LimitOperations limits;
  @Inject LedgerOperations ledger;
  @Inject PolicyOperations policy;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();

  @Test
  void aProfileCarriesWhatMayCountItsCallsAndNothingElse() {
    ByteString ada = key(acme, "ada");
    ByteString bob = key(acme, "bob");
    ByteString eve = key(globex, "ada");
    put(acme, rate("everybody").build());
    put(acme, rate("of-ada").setOwnerKind(OwnerKind.OWNER_KIND_KEY).setOwner("ada").build());
    put(acme, rate("of-fs").setOwnerKind(OwnerKind.OWNER_KIND_SERVER).setOwner("fs").build());
    put(acme, rate("of-read").setOwnerKind(OwnerKind.OWNER_KIND_TOOL).setOwner("fs__read").build());

    assertThat(limitsOf(ada)).containsExactlyInAnyOrder("everybody", "of-ada", "of-fs", "of-read");
    assertThat(limitsOf(bob)).containsExactlyInAnyOrder("everybody", "of-fs", "of-read");
    assertThat(limitsOf(eve)).isEmpty();
  }

  @Test
  void whatIsVisibleDoesNotDependOnLimits() {
    ByteString ada = key(acme, "ada");
    String before = profile(ada).getDigest();

    put(acme, rate("everybody").build());

    assertThat(profile(ada).getDigest()).isEqualTo(before);
  }

  @Test
  void everyChangeIsAnnouncedToWatchersOnce() {
    List<AccessEvent> events = new CopyOnWriteArrayList<>();
    Cancellable watch =
        policy
            .watchAccess(edge(acme), WatchAccessRequest.getDefaultInstance())
            .subscribe()
            .with(events::add);
    await().atMost(PATIENCE).until(() -> !events.isEmpty());

    long made = put(acme, rate("a").build()).getSequence();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events)
                    .filteredOn(AccessEvent::hasLimitsChanged)
                    .filteredOn(event -> event.getLimitsChanged().getTenant().equals(acme))
                    .extracting(AccessEvent::getSequence)
                    .containsExactly(made));
    answer(limits.deleteLimit(edge(acme), DeleteLimitRequest.newBuilder().setLimit("a").build()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events)
                    .filteredOn(AccessEvent::hasLimitsChanged)
                    .filteredOn(event -> event.getLimitsChanged().getTenant().equals(acme))
                    .hasSize(2));
    watch.cancel();
  }

  @Test
  void anotherOneOfTheNameTakesThePlaceAndKeepsWhatWasCounted() {
    Limit first = put(acme, rate("calls").build()).getLimit();
    assertThat(lease(first, "one", 7).hasLeased()).isTrue();

    PutLimitResponse second = put(acme, rate("calls").setUnits(8).build());

    assertThat(second.getCreated()).isFalse();
    assertThat(second.getLimit().getId()).isEqualTo(first.getId()).matches("lim_.{22}");
    assertThat(second.getLimit().getRevision()).isEqualTo(2);
    assertThat(standing("calls").getStandings(0).getCharged()).isEqualTo(7);
    assertThat(lease(first, "two", 2).hasReached()).isTrue();
    assertThat(lease(first, "three", 1).hasLeased()).isTrue();
  }

  @Test
  void aRevisionThatIsNotThereAndANameThatIsTakenAreConflicts() {
    Limit made = put(acme, rate("calls").build()).getLimit();

    assertFails(
        () -> put(acme, rate("calls"), 2, false), ErrorCode.CONFLICT, "changed by someone else");
    assertFails(() -> put(acme, rate("calls"), 0, true), ErrorCode.CONFLICT, "exists already");
    assertFails(() -> put(acme, rate("other"), 1, false), ErrorCode.NOT_FOUND, "No such limit");
    assertThat(put(acme, rate("calls"), 1, false).getLimit().getRevision()).isEqualTo(2);
    assertFails(() -> delete(acme, made.getId(), 1), ErrorCode.CONFLICT, "changed by someone else");
    delete(acme, made.getId(), 2);
    assertThat(list(acme)).isEmpty();
    assertFails(() -> delete(acme, "calls", 0), ErrorCode.NOT_FOUND, "No such limit");
  }

  @Test
  void anotherTenantsLimitsAreInvisibleAndCannotBeChanged() {
    Limit made = put(acme, rate("calls").build()).getLimit();
    lease(made, "one", 3);

    assertThat(list(globex)).isEmpty();
    assertFails(() -> delete(globex, made.getId(), 0), ErrorCode.NOT_FOUND, "No such limit");
    assertThat(put(globex, rate("calls").build()).getCreated()).isTrue();
    assertThat(
            answer(ledger.leaseUnits(edge(globex), request(made, "two", 9)))
                .getLeased()
                .getLeases(0)
                .getUnits())
        .as("a limit that this tenant does not have counts nothing")
        .isEqualTo(9);
    assertThat(
            answer(
                    ledger.settleLeases(
                        edge(globex),
                        SettleLeasesRequest.newBuilder()
                            .addSettlements(
                                LeaseSettlement.newBuilder()
                                    .setLimitId(made.getId())
                                    .setLeaseId("one")
                                    .setReturned(3))
                            .build()))
                .getUnknownList())
        .containsExactly("one");
    assertThat(standing("calls").getStandings(0).getCharged()).isEqualTo(3);
  }

  @Test
  void aFileHasExactlyItsLimitsAndTheyAreReadOnlyElsewhere() {
    put(acme, rate("by-hand").build());
    assertThat(apply("file:a.yaml", false, rate("one"), rate("two")).getAddedList())
        .containsExactly("one", "two");

    ApplyLimitsResponse tried = apply("file:a.yaml", true, rate("two").setUnits(99), rate("three"));
    assertThat(tried.getAddedList()).containsExactly("three");
    assertThat(tried.getChangedList()).containsExactly("two");
    assertThat(tried.getRemovedList()).containsExactly("one");
    assertThat(list(acme)).extracting(Limit::getName).containsExactly("by-hand", "one", "two");

    assertThat(apply("file:a.yaml", false, rate("two").setUnits(99), rate("three")))
        .isEqualTo(tried);
    assertThat(list(acme)).extracting(Limit::getName).containsExactly("by-hand", "three", "two");
    assertThat(apply("file:a.yaml", false, rate("two").setUnits(99), rate("three")))
        .isEqualTo(ApplyLimitsResponse.getDefaultInstance());

    assertFails(() -> put(acme, rate("two").build()), ErrorCode.READ_ONLY, "declared in a file");
    assertFails(() -> delete(acme, "two", 0), ErrorCode.READ_ONLY, "declared in a file");
    assertFails(
        () -> apply("file:b.yaml", false, rate("two")),
        ErrorCode.CONFLICT,
        "is of file:a.yaml; choose another name");
    assertFails(
        () -> apply("file:b.yaml", false, rate("x"), rate("x")),
        ErrorCode.INVALID_PARAMS,
        "declared twice");
  }

  @Test
  void aLimitOfAKeyNeedsTheKey() {
    Limit.Builder ofAda = rate("of-ada").setOwnerKind(OwnerKind.OWNER_KIND_KEY).setOwner("ada");
    assertFails(
        () -> put(acme, ofAda.build()), ErrorCode.INVALID_PARAMS, "there is no key named ada");
    assertFails(
        () -> apply("file:a.yaml", true, ofAda),
        ErrorCode.INVALID_PARAMS,
        "there is no key named ada");
    key(globex, "ada");
    assertFails(
        () -> put(acme, ofAda.build()), ErrorCode.INVALID_PARAMS, "there is no key named ada");

    key(acme, "ada");
    assertThat(put(acme, ofAda.build()).getCreated()).isTrue();
  }

  @Test
  void whatMakesNoSenseIsRefusedWithTheFix() {
    refused(rate("-"), "begins with a letter or digit");
    refused(rate("lim_x"), "does not begin with lim_");
    refused(rate("x").setUnits(0), "take the tools from the key instead");
    refused(rate("x").setUnits(-1), "from 1 to 1000000000000000");
    refused(rate("x").setUnits(StoredLimit.MOST_UNITS + 1), "from 1 to 1000000000000000");
    refused(rate("x").clearKind(), "counts calls, calls at the same time, money or tokens");
    refused(rate("x").clearWindow(), "a rate needs a window");
    refused(rate("x").setWindow(rolling(999)), "1 s to 366 days");
    refused(rate("x").setWindow(rolling(Duration.ofDays(367).toMillis())), "1 s to 366 days");
    refused(rate("x").setWindow(rolling(-5)), "1 s to 366 days");
    refused(
        rate("x").setWindow(rolling(5_000).toBuilder().setCalendar(CalendarUnit.CALENDAR_UNIT_DAY)),
        "rolling or of the calendar, not both");
    refused(
        rate("x").setWindow(rolling(5_000).toBuilder().setZone("UTC")), "belongs to a window of");
    refused(
        rate("x")
            .setWindow(
                LimitWindow.newBuilder()
                    .setCalendar(CalendarUnit.CALENDAR_UNIT_DAY)
                    .setZone("Mars/Phobos")),
        "there is no time zone 'Mars/Phobos'");
    refused(rate("x").setWindow(LimitWindow.newBuilder().setCalendarValue(77)), "an hour, a day");
    refused(rate("x").setKind(LimitKind.LIMIT_KIND_CONCURRENCY), "have no window");
    refused(rate("x").clearOwnerKind(), "of a customer, team, user or key, of a server");
    refused(rate("x").setOwner("somebody"), "has no owner");
    refused(rate("x").setOwnerKind(OwnerKind.OWNER_KIND_KEY), "name of the key is missing");
    refused(
        rate("x").setOwnerKind(OwnerKind.OWNER_KIND_SERVER).setOwner("A b"), "a-z, 0-9 and '-'");
    refused(rate("x").setOwnerKind(OwnerKind.OWNER_KIND_TOOL).setOwner("fs__*"), "without '*'");
    refused(rate("x").addTools("nothing"), "__");
    assertThat(list(acme)).isEmpty();
  }

  @Test
  void limitsAreReadPageByPageByName() {
    for (String name : List.of("c", "a", "e", "b", "d")) {
      put(acme, rate(name).build());
    }
    ListLimitsRequest first = ListLimitsRequest.newBuilder().setPage(2).setStanding(true).build();

    ListLimitsResponse page = answer(limits.listLimits(edge(acme), first));
    ListLimitsResponse last =
        answer(limits.listLimits(edge(acme), first.toBuilder().setAfter("c").build()));

    assertThat(page.getLimitsList()).extracting(Limit::getName).containsExactly("a", "b");
    assertThat(page.getStandingsCount()).isEqualTo(2);
    assertThat(page.getMore()).isTrue();
    assertThat(last.getLimitsList()).extracting(Limit::getName).containsExactly("d", "e");
    assertThat(last.getMore()).isFalse();
    assertFails(
        () -> answer(limits.listLimits(edge(acme), first.toBuilder().setPage(1_001).build())),
        ErrorCode.INVALID_PARAMS,
        "1 to 1000");
  }

  @Test
  void aWindowOfItsOwnZoneIsKept() {
    LimitWindow month =
        LimitWindow.newBuilder()
            .setCalendar(CalendarUnit.CALENDAR_UNIT_MONTH)
            .setZone("Europe/Berlin")
            .build();
    put(acme, rate("m").setKind(LimitKind.LIMIT_KIND_BUDGET).setWindow(month).build());
    put(acme, rate("once").setKind(LimitKind.LIMIT_KIND_BUDGET).clearWindow().build());

    assertThat(list(acme))
        .extracting(Limit::getWindow)
        .containsExactly(month, LimitWindow.getDefaultInstance());
  }

  @Test
  void anotherServiceMayNotAskAndALateRequestIsNotBegun() {
    CallContext executor = CallContext.ofService(Peer.EXECUTOR, acme);
    CallContext late = edge(acme).withDeadline(Duration.ofMillis(-1));
    PutLimitRequest request = PutLimitRequest.newBuilder().setLimit(rate("x")).build();
    LeaseUnitsRequest lease = LeaseUnitsRequest.getDefaultInstance();

    assertFails(() -> answer(limits.putLimit(executor, request)), ErrorCode.FORBIDDEN, "");
    assertFails(() -> answer(ledger.leaseUnits(executor, lease)), ErrorCode.FORBIDDEN, "");
    assertFails(
        () -> answer(ledger.settleLeases(executor, SettleLeasesRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(() -> answer(limits.putLimit(late, request)), ErrorCode.POLICY_UNAVAILABLE, "");
    assertThat(list(acme)).isEmpty();
  }

  @Test
  void anEdgeThatDoesNotCountTokensIsToldNothingOfAKeyWhoseTokensAreLimited() {
    ByteString ada = key(acme, "ada");
    ByteString bob = key(acme, "bob");
    put(acme, tokens("of-ada").setOwnerKind(OwnerKind.OWNER_KIND_KEY).setOwner("ada").build());

    assertFails(() -> profile(ada), ErrorCode.POLICY_UNAVAILABLE, "");
    assertThat(limitsOf(bob)).isEmpty();
    assertThat(
            answer(
                    policy.resolveAccess(
                        edge(acme),
                        ResolveAccessRequest.newBuilder()
                            .setCredentialHash(ada)
                            .setUnderstandsTokens(true)
                            .build()))
                .getProfile()
                .getLimitsList())
        .extracting(Limit::getKind, Limit::getReserved)
        .containsExactly(tuple(LimitKind.LIMIT_KIND_TOKENS, 4L));
  }

  @Test
  void aLeaseSaysWhatItsUnitsAreAndADebtIsTakenBeforeAnythingIsGiven() {
    Limit limit = put(acme, tokens("t").build()).getLimit();
    LeaseUnitsResponse first = lease(limit, "one", 1);
    assertThat(first.getLeased().getLeases(0).getKind()).isEqualTo(LimitKind.LIMIT_KIND_TOKENS);

    LeaseSettlement debt =
        LeaseSettlement.newBuilder()
            .setLimitId(limit.getId())
            .setLeaseId("one")
            .setOverdrawn(9)
            .build();
    LeaseUnitsResponse second =
        answer(
            ledger.leaseUnits(
                edge(acme), request(limit, "two", 1).toBuilder().addSettlements(debt).build()));

    assertThat(second.hasReached()).isTrue();
    assertThat(standing("t").getStandings(0).getCharged()).isEqualTo(10);
    assertThat(
            answer(
                    ledger.settleLeases(
                        edge(acme), SettleLeasesRequest.newBuilder().addSettlements(debt).build()))
                .getOverdrawnTaken())
        .isTrue();
    assertFails(
        () ->
            answer(
                ledger.settleLeases(
                    edge(acme),
                    SettleLeasesRequest.newBuilder()
                        .addSettlements(debt.toBuilder().setOverdrawn(-1))
                        .build())),
        ErrorCode.INVALID_PARAMS,
        "at most 10^15");
  }

  @Test
  void whatIsReservedIsOfTokensAndNoMoreThanThereIs() {
    assertThat(put(acme, tokens("t").build()).getLimit().getReserved()).isEqualTo(4);
    assertThat(put(acme, tokens("t").setReserved(0).clearWindow().build()).getLimit().getRevision())
        .isEqualTo(2);
    refused(tokens("x").setReserved(11), "reserve 1 to 10 tokens");
    refused(tokens("x").setReserved(-1), "reserve 1 to 10 tokens");
    refused(rate("x").setReserved(1), "only a limit of tokens");
    refused(tokens("x").setWindow(rolling(999)), "1 s to 366 days");
  }

  @Test
  void aLeaseIsOfOneLimitOnceAndOfAtLeastOneUnit() {
    Limit limit = put(acme, rate("x").build()).getLimit();
    LeaseUnitsRequest one = request(limit, "a", 1);

    assertFails(
        () ->
            answer(ledger.leaseUnits(edge(acme), one.toBuilder().addAsks(one.getAsks(0)).build())),
        ErrorCode.INVALID_PARAMS,
        "one of each");
    assertFails(
        () -> answer(ledger.leaseUnits(edge(acme), request(limit, "a", 0))),
        ErrorCode.INVALID_PARAMS,
        "1 to 10^15 units");
    assertFails(
        () -> answer(ledger.leaseUnits(edge(acme), request(limit, "", 1))),
        ErrorCode.INVALID_PARAMS,
        "1 to 64 characters");
  }

  private void refused(Limit.Builder limit, String fix) {
    assertFails(() -> put(acme, limit.build()), ErrorCode.INVALID_PARAMS, fix);
  }

  private static LimitWindow rolling(long millis) {
    return LimitWindow.newBuilder().setRollingMillis(millis).build();
  }

  private static Limit.Builder rate(String name) {
    return Limit.newBuilder()
        .setName(name)
        .setOwnerKind(OwnerKind.OWNER_KIND_TENANT)
        .setKind(LimitKind.LIMIT_KIND_RATE)
        .setUnits(10)
        .setWindow(rolling(3_600_000));
  }

  private static Limit.Builder tokens(String name) {
    return rate(name).setKind(LimitKind.LIMIT_KIND_TOKENS).setReserved(4);
  }

  private LeaseUnitsResponse lease(Limit limit, String lease, long units) {
    return answer(ledger.leaseUnits(edge(acme), request(limit, lease, units)));
  }

  private static LeaseUnitsRequest request(Limit limit, String lease, long units) {
    return LeaseUnitsRequest.newBuilder()
        .addAsks(
            LeaseAsk.newBuilder()
                .setLimitId(limit.getId())
                .setLeaseId(lease)
                .setNeeded(units)
                .setWanted(units))
        .build();
  }

  private ListLimitsResponse standing(String name) {
    return answer(
        limits.listLimits(
            edge(acme), ListLimitsRequest.newBuilder().setLimit(name).setStanding(true).build()));
  }

  private List<Limit> list(String tenant) {
    return answer(limits.listLimits(edge(tenant), ListLimitsRequest.getDefaultInstance()))
        .getLimitsList();
  }

  private PutLimitResponse put(String tenant, Limit limit) {
    return answer(
        limits.putLimit(edge(tenant), PutLimitRequest.newBuilder().setLimit(limit).build()));
  }

  private PutLimitResponse put(
      String tenant, Limit.Builder limit, long revision, boolean mustBeNew) {
    return answer(
        limits.putLimit(
            edge(tenant),
            PutLimitRequest.newBuilder()
                .setLimit(limit)
                .setExpectedRevision(revision)
                .setMustBeNew(mustBeNew)
                .build()));
  }

  private void delete(String tenant, String limit, long revision) {
    answer(
        limits.deleteLimit(
            edge(tenant),
            DeleteLimitRequest.newBuilder().setLimit(limit).setExpectedRevision(revision).build()));
  }

  private ApplyLimitsResponse apply(String source, boolean dryRun, Limit.Builder... declared) {
    ApplyLimitsRequest.Builder request =
        ApplyLimitsRequest.newBuilder().setSource(source).setDryRun(dryRun);
    List.of(declared).forEach(request::addLimits);
    return answer(limits.applyLimits(edge(acme), request.build()));
  }

  private ByteString key(String tenant, String name) {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    answer(
        policy.createKey(
            edge(tenant),
            CreateKeyRequest.newBuilder()
                .setName(name)
                .addTools("*")
                .setCredentialHash(ByteString.copyFrom(hash))
                .setPrefix("sp-")
                .build()));
    return ByteString.copyFrom(hash);
  }

  private AccessProfile profile(ByteString hash) {
    return answer(
            policy.resolveAccess(
                edge(acme), ResolveAccessRequest.newBuilder().setCredentialHash(hash).build()))
        .getProfile();
  }

  private List<String> limitsOf(ByteString hash) {
    return profile(hash).getLimitsList().stream().map(Limit::getName).toList();
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static <T> T answer(Uni<T> asked) {
    return asked.await().atMost(PATIENCE);
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
