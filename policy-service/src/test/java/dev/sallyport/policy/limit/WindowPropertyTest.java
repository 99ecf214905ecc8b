package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.limit.Window.Calendar;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Where windows go wrong is near the changes of clocks, of which moments at random see few. */
class WindowPropertyTest {

  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2060-01-01T00:00:00Z");
  private static final long NEAR = Duration.ofHours(40).toMillis();

  record Moment(Calendar window, Instant now) {}

  @Property(tries = 20_000)
  void windowsFollowEachOtherNearEveryChangeOfClocks(@ForAll("moments") Moment moment) {
    Calendar window = moment.window();
    Instant now = moment.now();
    Instant start = window.start(now);
    Instant end = window.end(now);

    assertThat(start).isBeforeOrEqualTo(now);
    assertThat(end).isAfter(now);
    assertThat(window.start(start)).isEqualTo(start);
    assertThat(window.end(start)).isEqualTo(end);
    assertThat(window.start(end.minusMillis(1))).isEqualTo(start);
    assertThat(window.start(end)).isEqualTo(end);
    assertThat(window.end(start.minusMillis(1))).isEqualTo(start);
    if (window.unit() == CalendarUnit.CALENDAR_UNIT_HOUR) {
      assertThat(Duration.between(start, end)).isLessThanOrEqualTo(Duration.ofHours(1));
    }
  }

  @Provide
  Arbitrary<Moment> moments() {
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return Arbitraries.of(zones)
        .map(ZoneId::of)
        .flatMap(
            zone ->
                Combinators.combine(
                        Arbitraries.of(
                            CalendarUnit.CALENDAR_UNIT_HOUR,
                            CalendarUnit.CALENDAR_UNIT_DAY,
                            CalendarUnit.CALENDAR_UNIT_WEEK,
                            CalendarUnit.CALENDAR_UNIT_MONTH),
                        Arbitraries.longs().between(FIRST.toEpochMilli(), LAST.toEpochMilli()),
                        Arbitraries.longs().between(-NEAR, NEAR))
                    .as(
                        (unit, around, apart) ->
                            new Moment(
                                new Calendar(unit, zone),
                                changeAfter(zone, Instant.ofEpochMilli(around))
                                    .plusMillis(apart))));
  }

  private static Instant changeAfter(ZoneId zone, Instant moment) {
    ZoneOffsetTransition change = zone.getRules().nextTransition(moment);
    return change == null ? moment : change.getInstant();
  }
}
