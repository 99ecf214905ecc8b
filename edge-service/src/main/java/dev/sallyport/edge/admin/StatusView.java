package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.FileStatus;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How the gateway is, for doctor and the start panel. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Status")
record StatusView(
    @Schema(description = "ok, or degraded when something below is not as it should be")
        String state,
    String tenant,
    List<Service> services,
    Catalogue catalogue,
    @Nullable Spool spool,
    List<File> files) {

  /** One of the other services, as this edge reaches it now. */
  @Schema(name = "StatusService")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Service(
      @Schema(examples = "registry") String name,
      boolean reachable,
      @Nullable String problem,
      long latencyMicros) {}

  /** What this edge serves. */
  @Schema(name = "StatusCatalogue")
  record Catalogue(boolean ready, long version, int servers, int tools) {}

  /** The audit spool of this edge. */
  @Schema(name = "StatusSpool")
  record Spool(
      @Schema(description = "Bytes of records that audit-service has not acknowledged.")
          long waitingBytes,
      long usedBytes,
      @Schema(description = "Age of the oldest of them.") long oldestSeconds) {}

  /** A declared file. */
  @Schema(name = "StatusFile")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record File(
      String path,
      String source,
      @Schema(description = "applied, pending, or refused: then what it said before is in force")
          String state,
      int servers,
      int keys,
      int limits,
      int rules,
      @Nullable String problem) {

    static File of(FileStatus status) {
      return new File(
          status.path(),
          status.source(),
          status.state().name().toLowerCase(Locale.ROOT),
          status.servers(),
          status.keys(),
          status.limits(),
          status.rules(),
          status.problem());
    }
  }
}
