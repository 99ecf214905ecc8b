package dev.sallyport.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.Fixture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateOffersTest {

  private static ServerEntry server(String name, List<String> resources, String... templates) {
    return Fixture.withOffers(
        Fixture.server(name),
        Map.of(
            ListKind.RESOURCES,
            resources.stream().map(uri -> Fixture.resource(name, uri)).toList(),
            ListKind.TEMPLATES,
            Stream.of(templates).map(text -> Fixture.template(name, text)).toList()));
  }

  private static AggregateOffers of(ServerEntry... servers) {
    return AggregateOffers.of(List.of(servers), false);
  }

  private static List<String> names(AggregateOffers offers, ListKind kind) {
    return offers.list(kind).stream().map(OfferEntry::exposedName).toList();
  }

  private static ExposedUris.Named named(String server, String uri) {
    return new ExposedUris.Named(server, uri);
  }

  @Test
  void aUriThatOneServerListsKeepsItsName() {
    AggregateOffers offers = of(server("a", List.of("x:1")), server("b", List.of("x:2")));

    assertThat(names(offers, ListKind.RESOURCES)).containsExactly("x:1", "x:2");
    assertThat(offers.list(ListKind.RESOURCES))
        .allSatisfy(entry -> assertThat(entry.exposedDefinition()).isSameAs(entry.definition()));
    assertThat(offers.route("x:2", server -> true)).isEqualTo(named("b", "x:2"));
  }

  @Test
  void theFirstServerByNameHasASharedUriBareAndTheOthersUnderTheirs() {
    AggregateOffers offers =
        of(server("a", List.of("x:1")), server("b", List.of("x:1")), server("c", List.of("x:1")));

    assertThat(names(offers, ListKind.RESOURCES))
        .containsExactly("x:1", "sallyport://b/x%3A1", "sallyport://c/x%3A1");
    assertThat(
            new String(
                offers.list(ListKind.RESOURCES).get(1).exposedDefinition(), StandardCharsets.UTF_8))
        .isEqualTo("{\"uri\":\"sallyport://b/x%3A1\",\"x\":1.50}");
    assertThat(offers.route("x:1", server -> true)).isEqualTo(named("a", "x:1"));
    assertThat(offers.route("sallyport://b/x%3A1", server -> true)).isEqualTo(named("b", "x:1"));
  }

  @Test
  void aSharedTemplateStaysOneThatCanBeExpanded() {
    AggregateOffers offers =
        of(server("a", List.of(), "x://{id}"), server("b", List.of(), "x://{id}"));

    assertThat(names(offers, ListKind.TEMPLATES))
        .containsExactly("x://{id}", "sallyport://b//x://{id}");
    assertThat(offers.route("sallyport://b//x://a%20b", server -> true))
        .isEqualTo(named("b", "x://a%20b"));
    assertThat(offers.template("sallyport://b//x://{id}"))
        .extracting(OfferEntry::server, OfferEntry::name)
        .containsExactly("b", "x://{id}");
  }

  @ParameterizedTest
  @CsvSource({
    "x://items/7,b",
    "x://other,",
    "y:anything,b",
    "z:anything,",
    "sallyport://a/q%3Aunlisted,a",
    "sallyport://nobody/x%3A1,",
    "sallyport://a/%zz,"
  })
  void anUnlistedUriLeadsToWhoeverCanHaveIt(String uri, String server) {
    AggregateOffers offers =
        of(server("a", List.of("x:1", "w:1")), server("b", List.of("y:1"), "x://items/{id}"));

    ExposedUris.Named found = offers.route(uri, name -> name.equals("a") || name.equals("b"));

    assertThat(found == null ? null : found.server()).isEqualTo(server);
  }

  @Test
  void aServerThatTheCallerMayNotUseCountsForNothing() {
    AggregateOffers offers =
        of(server("a", List.of("x:1"), "t:{id}"), server("b", List.of("x:1", "x:2"), "t:{id}"));

    assertThat(offers.route("x:1", "b"::equals)).isEqualTo(named("b", "x:1"));
    assertThat(offers.route("t:7", "b"::equals)).isEqualTo(named("b", "t:7"));
    assertThat(offers.route("x:unlisted", "b"::equals)).isEqualTo(named("b", "x:unlisted"));
    assertThat(offers.route("x:unlisted", server -> true)).isNull();
    assertThat(offers.route("sallyport://a/x%3A1", "b"::equals)).isNull();
    assertThat(offers.route("x:1", server -> false)).isNull();
  }

  @Test
  void aUriOfTheGatewaysOwnFormStillLeadsToWhoListsIt() {
    String taken = "sallyport://files/x%3A1";
    AggregateOffers offers = of(server("evil", List.of(taken)), server("files", List.of("x:1")));

    assertThat(offers.route(taken, server -> true)).isEqualTo(named("files", "x:1"));
    String exposed = names(offers, ListKind.RESOURCES).getFirst();
    assertThat(offers.route(exposed, server -> true)).isEqualTo(named("evil", taken));
  }

  @Test
  void anEntryThatIsTheSameIsNoChange() {
    AggregateOffers one = of(server("a", List.of("x:1")), server("b", List.of("x:1")));
    AggregateOffers same = of(server("a", List.of("x:1")), server("b", List.of("x:1")));

    assertThat(one.listsTheSameAs(same)).isTrue();
    assertThat(one.listsTheSameAs(of(server("a", List.of("x:1"))))).isFalse();
  }
}
