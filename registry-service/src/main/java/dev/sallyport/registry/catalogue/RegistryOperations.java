package dev.sallyport.registry.catalogue;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.DeleteServerResponse;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ListServersResponse;
import dev.sallyport.proto.registry.v1.PresenceAck;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import dev.sallyport.registry.catalogue.ServerStore.Writing;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Everything registry does, for gRPC and for direct callers alike. Edge administers and watches
 * catalogues, executors watch definitions and report. The tenant is always that of the context, but
 * for the two watches, which tell of all tenants.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS, NOT_FOUND,
 * CONFLICT and READ_ONLY with a message that names the fix, PEER_UNAVAILABLE when the store does
 * not answer within the deadline.
 */
@Singleton
public final class RegistryOperations {

  private static final Logger LOG = Logger.getLogger(RegistryOperations.class);
  private static final String API = "api";

  private final ServerStore store;
  private final CatalogueFeed feed;

  /** What one server of a declaration may add to the time that an operation may take. */
  private static final Duration PER_DECLARED_SERVER = Duration.ofMillis(10);

  private final Duration timeout;

  public RegistryOperations(ServerStore store, CatalogueFeed feed, RegistrySettings settings) {
    this.store = store;
    this.feed = feed;
    this.timeout = settings.operationTimeout();
  }

  /** See {@link CatalogueFeed#watchCatalogue}. */
  public Multi<CatalogueEvent> watchCatalogue(CallContext context, WatchCatalogueRequest request) {
    return context.peer() == Peer.EDGE
        ? request.getAsksApproval()
            ? feed.watchCatalogue()
            : feed.watchCatalogue().map(WithoutAsking::of)
        : Multi.createFrom().failure(forbidden());
  }

  /** See {@link CatalogueFeed#watchServers}. The only answer that holds secrets. */
  public Multi<ServersEvent> watchServers(CallContext context, WatchServersRequest request) {
    return context.peer() == Peer.EXECUTOR
        ? feed.watchServers()
        : Multi.createFrom().failure(forbidden());
  }

  /**
   * What an upstream offers. Not accepted: a report older than the last one, of another executor
   * than the owner while that one is present, about another revision of the definition, or about a
   * server that is not registered.
   */
  public Uni<ReportAck> reportCatalogue(CallContext context, CatalogueReport report) {
    return change(
        Peer.EXECUTOR,
        context,
        () -> {
          CatalogueReports reports = CatalogueReports.of(context.tenant(), report);
          return store.write(reports::apply);
        });
  }

  /** How an upstream is; its tools stay as they are. Accepted like catalogues. */
  public Uni<ReportAck> reportHealth(CallContext context, HealthReport report) {
    return change(
        Peer.EXECUTOR,
        context,
        () -> {
          CatalogueReports reports = CatalogueReports.of(context.tenant(), report);
          return store.write(reports::apply);
        });
  }

  /** An executor is there, or leaves; what a present one owns is not reported by another. */
  public Uni<PresenceAck> notePresence(CallContext context, PresenceNote note) {
    return answer(
        Peer.EXECUTOR,
        context,
        () ->
            (note.getLeaving()
                    ? store.gone(note.getExecutor(), note.getOwnerEpoch())
                    : store.seen(note.getExecutor(), note.getOwnerEpoch()))
                .replaceWith(PresenceAck.getDefaultInstance()));
  }

  /** By name. Values of environment and headers are masked, references are shown. */
  public Uni<ListServersResponse> listServers(CallContext context, ListServersRequest request) {
    String wanted = request.getServer();
    return answer(
        Peer.EDGE,
        context,
        () ->
            (wanted.isEmpty()
                    ? store.list(context.tenant())
                    : store.find(List.of(new ServerKey(context.tenant(), wanted))))
                .map(
                    servers ->
                        ListServersResponse.newBuilder()
                            .addAllServers(
                                servers.stream().map(RegistryOperations::toView).toList())
                            .build()));
  }

  /** A definition that changes nothing keeps its revision. */
  public Uni<PutServerResponse> putServer(CallContext context, PutServerRequest request) {
    return change(
        Peer.EDGE,
        context,
        () -> {
          ServerDefinition given =
              ServerRules.checked(request.getDefinition(), context.tenant(), API);
          return store.write(
              writing -> put(writing, given, request.getExpectedRevision(), context.caller()));
        });
  }

  /** The revisions of the definition stay. */
  public Uni<DeleteServerResponse> deleteServer(CallContext context, DeleteServerRequest request) {
    ServerKey key = new ServerKey(context.tenant(), request.getServer());
    return change(
        Peer.EDGE,
        context,
        () ->
            store.write(
                writing ->
                    writing
                        .find(key)
                        .invoke(RegistryOperations::requireWritable)
                        .chain(() -> writing.remove(key, context.caller()))
                        .chain(() -> writing.announce(key))
                        .replaceWith(DeleteServerResponse.getDefaultInstance())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyServersResponse> applyServers(CallContext context, ApplyServersRequest request) {
    return change(
        Peer.EDGE,
        context,
        () -> {
          ServerDeclarations declarations =
              ServerDeclarations.of(
                  context.tenant(), request.getSource(), request.getServersList());
          return store.write(
              writing -> declarations.apply(writing, context.caller(), request.getDryRun()));
        },
        timeout.plus(PER_DECLARED_SERVER.multipliedBy(request.getServersCount())));
  }

  private static ServerView toView(KnownServer server) {
    return ServerView.newBuilder()
        .setDefinition(MaskedValues.mask(server.definition()))
        .setCatalogue(server.toCatalogue())
        .build();
  }

  private static Uni<PutServerResponse> put(
      Writing writing, ServerDefinition given, long expectedRevision, String changedBy) {
    ServerKey key = new ServerKey(given.getTenant(), given.getName());
    return writing
        .definitions(given.getTenant())
        .chain(
            all -> {
              List<ServerDefinition> after = new ArrayList<>(all);
              ServerDefinition before = null;
              for (ServerDefinition server : all) {
                if (server.getName().equals(given.getName())) {
                  before = server;
                  after.remove(server);
                }
              }
              requireWritable(before == null ? null : before.getSource());
              if (expectedRevision != 0
                  && (before == null || before.getRevision() != expectedRevision)) {
                throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
              }
              ServerDefinition wanted =
                  MaskedValues.unmask(
                      given, before == null ? ServerDefinition.getDefaultInstance() : before);
              after.add(wanted);
              ServerRules.checkDistinct(after);
              if (before != null && wanted.equals(before.toBuilder().clearRevision().build())) {
                return Uni.createFrom().item(putResponse(before, false));
              }
              boolean created = before == null;
              return writing
                  .save(wanted, changedBy)
                  .call(() -> writing.announce(key))
                  .map(saved -> putResponse(saved, created));
            });
  }

  private static PutServerResponse putResponse(ServerDefinition definition, boolean created) {
    return PutServerResponse.newBuilder()
        .setDefinition(MaskedValues.mask(definition))
        .setCreated(created)
        .build();
  }

  private static void requireWritable(@Nullable KnownServer server) {
    if (server == null) {
      throw new CallFailed(
          Failure.of(ErrorCode.NOT_FOUND, "No such server; list the servers to see their names."));
    }
    requireWritable(server.definition().getSource());
  }

  private static void requireWritable(@Nullable String source) {
    if (source != null && !source.equals(API)) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  private <T> Uni<T> change(Peer allowed, CallContext context, Supplier<Uni<T>> work) {
    return change(allowed, context, work, timeout);
  }

  private <T> Uni<T> change(
      Peer allowed, CallContext context, Supplier<Uni<T>> work, Duration longest) {
    return answer(
            allowed,
            context,
            () -> {
              ServerRules.checkTenant(context.tenant());
              return work.get();
            },
            longest)
        .invoke(feed::nudge);
  }

  private <T> Uni<T> answer(Peer allowed, CallContext context, Supplier<Uni<T>> work) {
    return answer(allowed, context, work, timeout);
  }

  private <T> Uni<T> answer(
      Peer allowed, CallContext context, Supplier<Uni<T>> work, Duration longest) {
    if (context.peer() != allowed) {
      return Uni.createFrom().failure(forbidden());
    }
    Duration remaining = context.remaining();
    if (remaining.isNegative() || remaining.isZero()) {
      return Uni.createFrom().failure(unavailable(null));
    }
    return Uni.createFrom()
        .<T>deferred(() -> work.get())
        .ifNoItem()
        .after(remaining.compareTo(longest) < 0 ? remaining : longest)
        .fail()
        .onFailure(failure -> !(failure instanceof CallFailed))
        .transform(RegistryOperations::unavailable);
  }

  private static CallFailed forbidden() {
    return new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
  }

  private static CallFailed unavailable(@Nullable Throwable cause) {
    Failure failure = Failure.of(ErrorCode.PEER_UNAVAILABLE);
    if (cause == null) {
      return new CallFailed(failure);
    }
    LOG.error("A registry operation failed", cause);
    return new CallFailed(failure, cause);
  }
}
