package dev.sallyport.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.Fixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BareNamesTest {

  @Test
  void aNameThatOneServerHasStandsByItself() {
    BareNames names =
        BareNames.ofTools(List.of(Fixture.server("a", "one", "both"), Fixture.server("b", "both")));

    assertThat(names.has("one")).isTrue();
    assertThat(names.has("both")).isFalse();
    assertThat(names.has("unknown")).isFalse();
  }

  @Test
  void aNameThatNeedsAChangeDoesNot() {
    BareNames names =
        BareNames.ofTools(List.of(Fixture.server("a", "dotted.name", "x".repeat(47), "fits")));

    assertThat(names.has("dotted.name")).isFalse();
    assertThat(names.has("x".repeat(47))).isFalse();
    assertThat(names.has("fits")).isTrue();
  }

  @Test
  void theFullNameOfAnotherToolIsNotTakenAsABareOne() {
    BareNames names =
        BareNames.ofTools(
            List.of(Fixture.server("evil", "files__read"), Fixture.server("files", "read")));

    assertThat(names.has("files__read")).isFalse();
  }

  @Test
  void promptsAndToolsDoNotMeet() {
    ServerEntry server =
        Fixture.withOffers(
            Fixture.server("a", "same"),
            Map.of(ListKind.PROMPTS, List.of(Fixture.prompt("a", "same"))));

    AggregateOffers offers = AggregateOffers.of(List.of(server), true);

    assertThat(BareNames.ofTools(List.of(server)).has("same")).isTrue();
    assertThat(offers.prompt("same")).extracting(OfferEntry::name).isEqualTo("same");
    assertThat(AggregateOffers.of(List.of(server), false).prompt("a__same")).isNotNull();
  }
}
