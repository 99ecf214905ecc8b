package dev.sallyport.registry.catalogue;

import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server and what is known of its upstream.
 *
 * @param changedAt when the definition got its revision
 * @param reported null: no executor has said anything yet
 */
public record KnownServer(
    ServerDefinition definition, Instant changedAt, @Nullable Reported reported) {

  public ServerKey key() {
    return new ServerKey(definition.getTenant(), definition.getName());
  }

  /** What edges are told. A disabled server offers nothing. */
  ServerCatalogue toCatalogue() {
    ServerCatalogue.Builder catalogue =
        ServerCatalogue.newBuilder()
            .setTenant(definition.getTenant())
            .setServer(definition.getName())
            .setServerRevision(definition.getRevision())
            .setPrefix(definition.getPrefix())
            .setCallTimeoutMillis(definition.getCallTimeoutMillis())
            .setIsolation(definition.getIsolation())
            .setCodeMode(definition.getCodeMode());
    if (definition.hasPrices()) {
      catalogue.setPrices(definition.getPrices());
    }
    if (definition.hasApproval()) {
      catalogue.setApproval(definition.getApproval());
    }
    if (definition.hasToolsOffered()) {
      catalogue.setToolsOffered(definition.getToolsOffered());
    }
    if (!definition.getEnabled()) {
      return catalogue
          .setCatalogueVersion(ToolList.EMPTY.version())
          .setStatus(status(Health.HEALTH_DISABLED, "The server is disabled; enable it to use it."))
          .build();
    }
    Reported known = reported;
    if (known == null) {
      return catalogue
          .setCatalogueVersion(ToolList.EMPTY.version())
          .setStatus(status(Health.HEALTH_CONNECTING, ""))
          .build();
    }
    // A report about another revision says nothing about the health of this one.
    boolean currentRevision = known.serverRevision() == definition.getRevision();
    ServerStatus status = currentRevision ? known.status() : status(Health.HEALTH_CONNECTING, "");
    return catalogue
        .setCatalogueVersion(known.tools().version())
        .addAllTools(known.tools().tools())
        .addAllResources(known.offers().resources())
        .addAllResourceTemplates(known.offers().templates())
        .addAllPrompts(known.offers().prompts())
        .setOffersVersion(known.offers().version())
        .setInstructions(known.instructions())
        .setCapabilities(known.capabilities())
        .setStatus(status)
        .setStale(
            !Reported.isThere(status.getHealth())
                && !(known.tools().tools().isEmpty() && known.offers().isEmpty()))
        .build();
  }

  private ServerStatus status(Health health, String reason) {
    return ServerStatus.newBuilder()
        .setHealth(health)
        .setReason(reason)
        .setSinceMillis(changedAt.toEpochMilli())
        .build();
  }
}
