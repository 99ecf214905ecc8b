package dev.sallyport.edge.admin;

import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.declaration.DeclarationWatch;
import dev.sallyport.edge.declaration.FileStatus;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How the gateway is. */
@Path("/api/v1/status")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "status", description = "How the gateway is, as this edge sees it.")
public class StatusResource {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Answers nothing, which is answer enough. */
  private static final String NO_ONE = "vk_none";

  private static final String NO_SERVER = "none-of-this-name";
  private static final String NO_CALL = "00000000-0000-7000-8000-000000000000";

  private final RegistryPeer registry;
  private final PolicyPeer policy;
  private final AuditPeer audit;
  private final Catalogues catalogues;
  private final DeclarationWatch declarations;
  private final MeterRegistry meters;
  private final AdminActions actions;

  StatusResource(
      RegistryPeer registry,
      PolicyPeer policy,
      AuditPeer audit,
      Catalogues catalogues,
      DeclarationWatch declarations,
      MeterRegistry meters,
      AdminActions actions) {
    this.registry = registry;
    this.policy = policy;
    this.audit = audit;
    this.catalogues = catalogues;
    this.declarations = declarations;
    this.meters = meters;
    this.actions = actions;
  }

  @GET
  @Operation(
      summary = "Services, catalogue, audit spool and declared files",
      description = "Always 200 while this edge lives; `state` and the parts say what is wrong.")
  @APIResponseSchema(StatusView.class)
  public Uni<Response> status(@Context SecurityContext security) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("status.show"),
            () ->
                Uni.join()
                    .all(
                        probe("registry", () -> registry.listServers(servers(who))),
                        probe("policy", () -> policy.listKeys(keys(who))),
                        probe("audit", () -> audit.queryCalls(calls(who))))
                    .andFailFast())
        .map(services -> Answers.ok(view(who, services)));
  }

  private StatusView view(AdminIdentity who, List<StatusView.Service> services) {
    TenantCatalogue catalogue = catalogues.current(who.tenant());
    List<FileStatus> files = declarations.status();
    boolean ok =
        services.stream().allMatch(StatusView.Service::reachable)
            && catalogues.isReady()
            && files.stream().allMatch(file -> file.problem() == null);
    return new StatusView(
        ok ? "ok" : "degraded",
        who.tenant(),
        services,
        new StatusView.Catalogue(
            catalogues.isReady(),
            catalogue.version(),
            catalogue.servers().size(),
            catalogue.tools().size()),
        spool(),
        files.stream()
            .filter(file -> declarations.tenant().equals(who.tenant()))
            .map(StatusView.File::of)
            .toList());
  }

  /** Any answer shows that the service is there; only silence and unreachability do not. */
  private static Uni<StatusView.Service> probe(String name, Supplier<Uni<?>> question) {
    long asked = System.nanoTime();
    return Uni.createFrom()
        .deferred(question::get)
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .map(answer -> service(name, true, null, asked))
        .onFailure()
        .recoverWithItem(
            failure ->
                failure instanceof CallFailed failed
                        && failed.failure().code() != ErrorCode.PEER_UNAVAILABLE
                        && failed.failure().code() != ErrorCode.INTERNAL
                    ? service(name, true, null, asked)
                    : service(name, false, problem(failure), asked));
  }

  private static StatusView.Service service(
      String name, boolean reachable, @Nullable String problem, long asked) {
    return new StatusView.Service(name, reachable, problem, (System.nanoTime() - asked) / 1_000);
  }

  private static String problem(Throwable failure) {
    return failure instanceof CallFailed failed
        ? failed.failure().message()
        : "It does not answer within " + PATIENCE.toSeconds() + " s.";
  }

  private StatusView.@Nullable Spool spool() {
    Gauge waiting = meters.find("sallyport.edge.spool.depth").gauge();
    Gauge used = meters.find("sallyport.edge.spool.used").gauge();
    Gauge oldest = meters.find("sallyport.edge.spool.oldest.age").gauge();
    return waiting == null || used == null || oldest == null
        ? null
        : new StatusView.Spool((long) waiting.value(), (long) used.value(), (long) oldest.value());
  }

  private static ListServersRequest servers(AdminIdentity who) {
    return ListServersRequest.newBuilder()
        .setContext(who.context(PATIENCE))
        .setServer(NO_SERVER)
        .build();
  }

  private static ListKeysRequest keys(AdminIdentity who) {
    return ListKeysRequest.newBuilder().setContext(who.context(PATIENCE)).setKey(NO_ONE).build();
  }

  private static QueryCallsRequest calls(AdminIdentity who) {
    return QueryCallsRequest.newBuilder()
        .setContext(who.context(PATIENCE))
        .setCallId(NO_CALL)
        .setLimit(1)
        .build();
  }
}
