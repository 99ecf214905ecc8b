package dev.sallyport.registry.catalogue;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.registry.catalogue.ServerStore.Writing;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/**
 * One report of an executor, to be taken in or ignored.
 *
 * @param serverRevision 0: the executor does not say
 * @param lists null: the report is about health only
 */
record CatalogueReports(
    ServerKey key,
    String executor,
    long ownerEpoch,
    long generation,
    long serverRevision,
    ServerStatus status,
    @Nullable Lists lists) {

  /**
   * What the upstream lists and says of itself.
   *
   * @param tools null: they could not be read, and stay what they were
   */
  private record Lists(
      @Nullable ToolList tools,
      OfferLists.Told offers,
      String instructions,
      ByteString capabilities) {

    static Lists of(CatalogueReport report) {
      return new Lists(
          report.getToolsUnread() ? null : ToolList.ofReported(report.getToolsList()),
          OfferLists.Told.of(report),
          report.getInstructions(),
          report.getCapabilities());
    }
  }

  static CatalogueReports of(String tenant, CatalogueReport report) {
    if (report.getToolsCount() > ToolList.MAX_TOOLS) {
      throw ServerRules.invalid("A server has at most 10000 tools.");
    }
    int offers =
        Math.max(
            report.getPromptsCount(),
            Math.max(report.getResourcesCount(), report.getResourceTemplatesCount()));
    if (offers > OfferLists.MOST) {
      throw ServerRules.invalid("A server has at most 10000 resources, templates or prompts.");
    }
    // An upstream that is not there and lists nothing says nothing about its lists. Where it lists
    // something, that is what was seen before it went away.
    boolean saysLists =
        Reported.isThere(report.getStatus().getHealth())
            || report.getToolsCount() > 0
            || offers > 0;
    return new CatalogueReports(
        new ServerKey(tenant, report.getServer()),
        report.getExecutor(),
        report.getOwnerEpoch(),
        report.getGeneration(),
        report.getServerRevision(),
        report.getStatus(),
        saysLists ? Lists.of(report) : null);
  }

  static CatalogueReports of(String tenant, HealthReport report) {
    return new CatalogueReports(
        new ServerKey(tenant, report.getServer()),
        report.getExecutor(),
        report.getOwnerEpoch(),
        report.getGeneration(),
        report.getServerRevision(),
        report.getStatus(),
        null);
  }

  Uni<ReportAck> apply(Writing writing) {
    return writing
        .find(key)
        .chain(
            server -> {
              if (server == null || !isAbout(server)) {
                return ack(ReportAck.getDefaultInstance());
              }
              Reported known = server.reported();
              if (known == null) {
                return take(writing, server);
              }
              return switch (Reported.claim(executor, ownerEpoch, generation, known)) {
                case CURRENT -> take(writing, server);
                case OUTDATED -> ack(ReportAck.getDefaultInstance());
                case FOREIGN -> takeOver(writing, server, known);
              };
            });
  }

  private Uni<ReportAck> takeOver(Writing writing, KnownServer server, Reported known) {
    return writing
        .isPresent(known.executor(), known.ownerEpoch())
        .chain(
            present ->
                present
                    ? ack(ReportAck.newBuilder().setOwner(known.owner()).build())
                    : take(writing, server));
  }

  private Uni<ReportAck> take(Writing writing, KnownServer server) {
    Reported before = server.reported();
    Reported after = after(before, server.definition().getRevision());
    boolean toolsChanged =
        before == null || !before.tools().version().equals(after.tools().version());
    Uni<Void> kept = writing.report(key, after, toolsChanged);
    boolean news = before == null || !before.saysTheSameAs(after);
    return (news ? kept.chain(() -> writing.announce(key)) : kept)
        .replaceWith(ReportAck.newBuilder().setAccepted(true).build());
  }

  private boolean isAbout(KnownServer server) {
    return serverRevision == 0 || serverRevision == server.definition().getRevision();
  }

  private Reported after(@Nullable Reported before, long revision) {
    ServerStatus newStatus = since(before);
    if (lists == null && before != null) {
      return before.withStatus(executor, ownerEpoch, generation, revision, newStatus);
    }
    ToolList tools = before == null ? ToolList.EMPTY : before.tools();
    OfferLists offers = before == null ? OfferLists.EMPTY : before.offers();
    return new Reported(
        executor,
        ownerEpoch,
        generation,
        revision,
        lists == null || lists.tools() == null ? tools : lists.tools(),
        lists == null ? offers : lists.offers().over(offers),
        lists == null ? "" : lists.instructions(),
        lists == null ? ByteString.EMPTY : lists.capabilities(),
        newStatus);
  }

  /** The time of the last change of health is kept here, so that every report agrees on it. */
  private ServerStatus since(@Nullable Reported before) {
    long since =
        before != null && before.status().getHealth() == status.getHealth()
            ? before.status().getSinceMillis()
            : System.currentTimeMillis();
    return status.toBuilder().setSinceMillis(since).build();
  }

  private static Uni<ReportAck> ack(ReportAck ack) {
    return Uni.createFrom().item(ack);
  }
}
