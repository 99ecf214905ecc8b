package dev.sallyport.registry.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.registry.catalogue.OfferLists;
import dev.sallyport.registry.catalogue.Reported;
import dev.sallyport.registry.catalogue.ServerKey;
import dev.sallyport.registry.catalogue.ToolList;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "registry", name = "catalogue")
@IdClass(CatalogueRow.Key.class)
class CatalogueRow {
  @Id String tenant = "";
  @Id String server = "";
  String executor = "";

  @Column(name = "owner_epoch")
  long ownerEpoch;

  long generation;

  @Column(name = "server_revision")
  long serverRevision;

  String version = "";
  String instructions = "";
  byte[] capabilities = {};
  byte[] status = {};

  /** A {@link ServerCatalogue} with nothing but resources, templates and prompts. */
  byte[] offers = {};

  String health = "";

  @Column(name = "health_since")
  Instant healthSince = Instant.EPOCH;

  @Column(name = "reported_at")
  Instant reportedAt = Instant.EPOCH;

  static CatalogueRow of(ServerKey key, Reported reported) {
    CatalogueRow row = new CatalogueRow();
    row.tenant = key.tenant();
    row.server = key.name();
    row.executor = reported.executor();
    row.ownerEpoch = reported.ownerEpoch();
    row.generation = reported.generation();
    row.serverRevision = reported.serverRevision();
    row.version = reported.tools().version();
    row.instructions = reported.instructions();
    row.capabilities = reported.capabilities().toByteArray();
    row.status = reported.status().toByteArray();
    row.offers =
        ServerCatalogue.newBuilder()
            .addAllResources(reported.offers().resources())
            .addAllResourceTemplates(reported.offers().templates())
            .addAllPrompts(reported.offers().prompts())
            .build()
            .toByteArray();
    row.health = reported.status().getHealth().name();
    row.healthSince = Instant.ofEpochMilli(reported.status().getSinceMillis());
    row.reportedAt = Instant.now();
    return row;
  }

  Reported toReported(ToolList tools) {
    try {
      ServerCatalogue kept = ServerCatalogue.parseFrom(offers);
      return new Reported(
          executor,
          ownerEpoch,
          generation,
          serverRevision,
          tools,
          OfferLists.ofChecked(
              kept.getResourcesList(), kept.getResourceTemplatesList(), kept.getPromptsList()),
          instructions,
          ByteString.copyFrom(capabilities),
          ServerStatus.parseFrom(status));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what is kept of " + server + " is not readable", e);
    }
  }

  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    String tenant = "";
    String server = "";

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && tenant.equals(that.tenant) && server.equals(that.server);
    }

    @Override
    public int hashCode() {
      return Objects.hash(tenant, server);
    }
  }
}
