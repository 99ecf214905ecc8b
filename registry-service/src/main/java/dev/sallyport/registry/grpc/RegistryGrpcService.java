package dev.sallyport.registry.grpc;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
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
import dev.sallyport.proto.registry.v1.Registry;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import dev.sallyport.registry.catalogue.RegistryOperations;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

@GrpcService
@Singleton
class RegistryGrpcService implements Registry {

  private final RegistryOperations registry;

  RegistryGrpcService(RegistryOperations registry) {
    this.registry = registry;
  }

  @Override
  public Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request) {
    return stream(request.getContext(), request, registry::watchCatalogue);
  }

  @Override
  public Multi<ServersEvent> watchServers(WatchServersRequest request) {
    return stream(request.getContext(), request, registry::watchServers);
  }

  @Override
  public Uni<ReportAck> reportCatalogue(CatalogueReport request) {
    return answer(request.getContext(), request, registry::reportCatalogue);
  }

  @Override
  public Uni<ReportAck> reportHealth(HealthReport request) {
    return answer(request.getContext(), request, registry::reportHealth);
  }

  @Override
  public Uni<PresenceAck> notePresence(PresenceNote request) {
    return answer(request.getContext(), request, registry::notePresence);
  }

  @Override
  public Uni<ListServersResponse> listServers(ListServersRequest request) {
    return answer(request.getContext(), request, registry::listServers);
  }

  @Override
  public Uni<PutServerResponse> putServer(PutServerRequest request) {
    return answer(request.getContext(), request, registry::putServer);
  }

  @Override
  public Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request) {
    return answer(request.getContext(), request, registry::deleteServer);
  }

  @Override
  public Uni<ApplyServersResponse> applyServers(ApplyServersRequest request) {
    return answer(request.getContext(), request, registry::applyServers);
  }

  private static <Q, A> Uni<A> answer(
      dev.sallyport.proto.common.v1.CallContext context,
      Q request,
      BiFunction<CallContext, Q, Uni<A>> operation) {
    try {
      return operation
          .apply(CallContexts.of(context), request)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }

  private static <Q, A> Multi<A> stream(
      dev.sallyport.proto.common.v1.CallContext context,
      Q request,
      BiFunction<CallContext, Q, Multi<A>> operation) {
    try {
      return operation
          .apply(CallContexts.of(context), request)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Multi.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }
}
