package dev.sallyport.edge.admin;

import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.DeleteServerResponse;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ListServersResponse;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Registry in memory, by the words of its contract: files' servers are read-only. */
@Alternative
@Singleton
public class FakeRegistry implements RegistryPeer {

  public volatile @Nullable RuntimeException failure;
  private final Map<String, ServerView> servers = new TreeMap<>();

  public synchronized void reset() {
    servers.clear();
    failure = null;
  }

  public synchronized void put(ServerView view) {
    servers.put(view.getDefinition().getTenant() + "/" + view.getDefinition().getName(), view);
  }

  public synchronized List<ServerDefinition> of(String tenant) {
    return servers.values().stream()
        .map(ServerView::getDefinition)
        .filter(server -> server.getTenant().equals(tenant))
        .toList();
  }

  public ServerView view(String tenant, String name) {
    return Objects.requireNonNull(find(tenant, name));
  }

  private synchronized @Nullable ServerView find(String tenant, String name) {
    return servers.get(tenant + "/" + name);
  }

  private <T> Uni<T> answer(Supplier<T> work) {
    RuntimeException planned = failure;
    return planned != null ? Uni.createFrom().failure(planned) : Uni.createFrom().item(work);
  }

  @Override
  public Uni<ListServersResponse> listServers(ListServersRequest request) {
    return answer(
        () -> {
          synchronized (this) {
            return ListServersResponse.newBuilder()
                .addAllServers(
                    servers.values().stream()
                        .filter(
                            server ->
                                server
                                        .getDefinition()
                                        .getTenant()
                                        .equals(request.getContext().getTenant())
                                    && (request.getServer().isEmpty()
                                        || server
                                            .getDefinition()
                                            .getName()
                                            .equals(request.getServer())))
                        .toList())
                .build();
          }
        });
  }

  @Override
  public Uni<PutServerResponse> putServer(PutServerRequest request) {
    return answer(
        () -> {
          ServerDefinition wanted = request.getDefinition();
          ServerView old = find(request.getContext().getTenant(), wanted.getName());
          refuseForeign(old);
          long revision = old == null ? 0 : old.getDefinition().getRevision();
          if (request.getExpectedRevision() != 0 && request.getExpectedRevision() != revision) {
            throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
          }
          ServerDefinition stored = wanted.toBuilder().setRevision(revision + 1).build();
          put(ServerView.newBuilder().setDefinition(stored).build());
          return PutServerResponse.newBuilder()
              .setDefinition(stored)
              .setCreated(old == null)
              .build();
        });
  }

  private static void refuseForeign(@Nullable ServerView old) {
    if (old != null && old.getDefinition().getSource().startsWith("file:")) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  @Override
  public Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          ServerView old = find(tenant, request.getServer());
          if (old == null) {
            throw new CallFailed(Failure.of(ErrorCode.NOT_FOUND));
          }
          refuseForeign(old);
          synchronized (this) {
            servers.remove(tenant + "/" + request.getServer());
          }
          return DeleteServerResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyServersResponse> applyServers(ApplyServersRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          ApplyServersResponse.Builder response = ApplyServersResponse.newBuilder();
          Map<String, ServerView> before = new TreeMap<>(servers);
          for (ServerDefinition wanted : request.getServersList()) {
            ServerView old = find(tenant, wanted.getName());
            if (old != null && !old.getDefinition().getSource().equals(request.getSource())) {
              throw new CallFailed(
                  Failure.of(
                      ErrorCode.CONFLICT,
                      "The server " + wanted.getName() + " is declared elsewhere."));
            }
            if (old == null) {
              response.addAdded(wanted.getName());
            } else if (!old.getDefinition().equals(wanted)) {
              response.addChanged(wanted.getName());
            }
            put(ServerView.newBuilder().setDefinition(wanted).build());
          }
          for (ServerDefinition server : of(tenant)) {
            if (server.getSource().equals(request.getSource())
                && request.getServersList().stream()
                    .noneMatch(wanted -> wanted.getName().equals(server.getName()))) {
              response.addRemoved(server.getName());
              synchronized (this) {
                servers.remove(tenant + "/" + server.getName());
              }
            }
          }
          if (request.getDryRun()) {
            synchronized (this) {
              servers.clear();
              servers.putAll(before);
            }
          }
          return response.build();
        });
  }

  @Override
  public Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request) {
    return Multi.createFrom().nothing();
  }
}
