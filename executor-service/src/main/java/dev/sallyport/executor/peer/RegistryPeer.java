package dev.sallyport.executor.peer;

import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.PresenceAck;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Registry as the executor uses it. A registry that is away fails the Uni or ends the Multi with a
 * {@link dev.sallyport.kit.error.CallFailed}; whoever calls tries again.
 */
public interface RegistryPeer {

  Multi<ServersEvent> watchServers(WatchServersRequest request);

  Uni<ReportAck> reportCatalogue(CatalogueReport report);

  Uni<ReportAck> reportHealth(HealthReport report);

  Uni<PresenceAck> notePresence(PresenceNote note);
}
