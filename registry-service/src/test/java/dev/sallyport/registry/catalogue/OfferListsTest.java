package dev.sallyport.registry.catalogue;

import static dev.sallyport.registry.catalogue.Definitions.stdio;
import static dev.sallyport.registry.catalogue.Definitions.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.Offer;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resources, templates and prompts in a real PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class OfferListsTest {

  @Inject RegistryOperations registry;
  @Inject CatalogueFeed feed;

  private Definitions acme;
  private long generation;

  @BeforeEach
  void aServer() {
    acme = new Definitions(registry, "acme-" + UUID.randomUUID());
    acme.put(stdio("fs"));
  }

  private static Offer offer(String member, String key) {
    return Offer.newBuilder()
        .setName(key)
        .setDefinition(
            ByteString.copyFromUtf8("{ \"" + member + "\":\"" + key + "\",\"size\":1.0E+2 }"))
        .build();
  }

  private static CatalogueReport.Builder everything() {
    return CatalogueReport.newBuilder()
        .addTools(tool("read"))
        .addResources(offer("uri", "b:2"))
        .addResources(offer("uri", "a:1"))
        .addResourceTemplates(offer("uriTemplate", "a:{id}"))
        .addPrompts(offer("name", "ask"));
  }

  private boolean report(CatalogueReport.Builder report) {
    return Definitions.await(
            registry.reportCatalogue(
                acme.executor(),
                report
                    .setExecutor("executor-1")
                    .setServer("fs")
                    .setOwnerEpoch(1)
                    .setGeneration(++generation)
                    .setStatus(Definitions.status(Health.HEALTH_READY))
                    .build()))
        .getAccepted();
  }

  private ServerCatalogue catalogue() {
    return acme.view("fs").getCatalogue();
  }

  @Test
  void theyAreKeptByteForByteInTheOrderOfTheUpstream() {
    assertThat(report(everything())).isTrue();

    ServerCatalogue kept = catalogue();
    assertThat(kept.getResourcesList()).extracting(Offer::getName).containsExactly("b:2", "a:1");
    assertThat(kept.getResources(0)).isEqualTo(offer("uri", "b:2"));
    assertThat(kept.getResourceTemplatesList()).containsExactly(offer("uriTemplate", "a:{id}"));
    assertThat(kept.getPromptsList()).containsExactly(offer("name", "ask"));
    assertThat(kept.getOffersVersion()).matches("[0-9a-f]{64}");
  }

  @Test
  void theirVersionChangesExactlyWhenOneOfThemDoesAndThatOfTheToolsDoesNot() {
    report(everything());
    ServerCatalogue before = catalogue();

    report(everything());
    acme.health("fs", 1, ++generation, Health.HEALTH_DOWN);
    String same = catalogue().getOffersVersion();
    report(everything().addPrompts(offer("name", "more")));

    assertThat(same).isEqualTo(before.getOffersVersion());
    assertThat(catalogue().getOffersVersion()).isNotEqualTo(same);
    assertThat(catalogue().getCatalogueVersion()).isEqualTo(before.getCatalogueVersion());
  }

  @Test
  void aServerThatIsDownKeepsThem() {
    report(everything().clearTools());

    acme.health("fs", 1, ++generation, Health.HEALTH_DOWN);

    assertThat(catalogue().getStale()).isTrue();
    assertThat(catalogue().getResourcesCount()).isEqualTo(2);
    assertThat(catalogue().getPromptsCount()).isEqualTo(1);
  }

  @Test
  void aListThatCouldNotBeReadStaysWhatItWas() {
    report(everything());

    report(CatalogueReport.newBuilder().addTools(tool("read")).setResourcesUnread(true));

    assertThat(catalogue().getResourcesList())
        .extracting(Offer::getName)
        .containsExactly("b:2", "a:1");
    assertThat(catalogue().getResourceTemplatesList()).isEmpty();
    assertThat(catalogue().getPromptsList()).isEmpty();

    report(CatalogueReport.newBuilder().setToolsUnread(true).setResourcesUnread(true));

    assertThat(catalogue().getToolsList()).hasSize(1);
    assertThat(catalogue().getResourcesCount()).isEqualTo(2);
  }

  @Test
  void oneThatIsNotWhatItSaysIsQuarantinedAndTheOthersAreServed() {
    Offer lies = offer("uri", "a:1").toBuilder().setName("a:2").build();
    Offer broken =
        Offer.newBuilder().setName("a:3").setDefinition(ByteString.copyFromUtf8("[")).build();

    report(
        CatalogueReport.newBuilder()
            .addResources(lies)
            .addResources(broken)
            .addResources(offer("uri", "a:4"))
            .addResources(offer("uri", "a:4")));

    assertThat(catalogue().getResourcesList())
        .extracting(offer -> offer.getQuarantineReason().isEmpty())
        .containsExactly(false, false, true, false);
  }

  @Test
  void anotherTenantsServerOfTheSameNameKeepsItsOwn() {
    Definitions globex = new Definitions(registry, "globex-" + UUID.randomUUID());
    globex.put(stdio("fs"));

    report(everything());

    assertThat(globex.view("fs").getCatalogue().getResourcesList()).isEmpty();
    acme.delete("fs");
    acme.put(stdio("fs"));
    assertThat(catalogue().getResourcesList()).as("of the removed one").isEmpty();
  }

  @Test
  void watchersAreToldOfAChangeOfThemAlone() {
    report(everything());
    List<CatalogueEvent> events = new CopyOnWriteArrayList<>();
    Cancellable watch = feed.watchCatalogue().subscribe().with(events::add);
    try {
      await().atMost(Duration.ofSeconds(10)).until(() -> ofAcme(events, 2));

      report(everything().addResources(offer("uri", "c:3")));

      await().atMost(Duration.ofSeconds(10)).until(() -> ofAcme(events, 3));
    } finally {
      watch.cancel();
    }
  }

  private boolean ofAcme(List<CatalogueEvent> events, int resources) {
    return events.stream()
        .anyMatch(
            event ->
                event.getServer().getTenant().equals(acme.tenant())
                    && event.getServer().getResourcesCount() == resources);
  }
}
