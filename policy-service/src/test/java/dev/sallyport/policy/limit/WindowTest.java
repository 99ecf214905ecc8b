package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.limit.Window.Calendar;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WindowTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void aDayHasTheHoursThatItsZoneGivesIt() {
    assertThat(length(day(BERLIN), "2026-03-29T10:00:00Z")).isEqualTo(Duration.ofHours(23));
    assertThat(length(day(BERLIN), "2026-10-25T10:00:00Z")).isEqualTo(Duration.ofHours(25));
    assertThat(length(day(BERLIN), "2026-11-27T10:00:00Z")).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void aDayThatHasNoMidnightBeginsWhenItBegins() {
    // On 2018-11-04 clocks in São Paulo went from 00:00 to 01:00
    Calendar window = day(ZoneId.of("America/Sao_Paulo"));
    Instant noon = Instant.parse("2018-11-04T14:00:00Z");

    assertThat(window.start(noon)).isEqualTo("2018-11-04T03:00:00Z");
    assertThat(window.end(noon)).isEqualTo("2018-11-05T02:00:00Z");
    assertThat(window.end(window.start(noon).minusMillis(1))).isEqualTo(window.start(noon));
  }

  @Test
  void weeksBeginOnMondayAndMonthsHaveTheirDays() {
    Calendar week = new Calendar(CalendarUnit.CALENDAR_UNIT_WEEK, ZoneId.of("UTC"));
    Calendar month = new Calendar(CalendarUnit.CALENDAR_UNIT_MONTH, ZoneId.of("UTC"));

    assertThat(week.start(Instant.parse("2026-11-29T23:59:59Z"))).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(week.start(Instant.parse("2026-11-30T00:00:00Z"))).isEqualTo("2026-11-30T00:00:00Z");
    assertThat(length(month, "2028-02-10T00:00:00Z")).isEqualTo(Duration.ofDays(29));
    assertThat(length(month, "2026-02-10T00:00:00Z")).isEqualTo(Duration.ofDays(28));
  }

  @Test
  void aDateThatIsShownAgainIsOverAllTheSame() {
    // On 2010-11-07 at 00:01 clocks in Newfoundland went back to 23:01 of the day before
    Calendar window = day(ZoneId.of("America/St_Johns"));
    Instant midnight = Instant.parse("2010-11-07T02:30:00Z");
    Instant shownAgain = Instant.parse("2010-11-07T03:00:00Z");

    assertThat(window.start(midnight)).isEqualTo(midnight);
    assertThat(window.start(shownAgain)).isEqualTo(midnight);
    assertThat(window.end(shownAgain)).isEqualTo("2010-11-08T03:30:00Z");
    assertThat(window.end(midnight.minusMillis(1))).isEqualTo(midnight);
  }

  @Test
  void aDayThatTheCalendarLeavesOutHasNoWindow() {
    // Samoa had no 2011-12-30
    Calendar window = day(ZoneId.of("Pacific/Apia"));

    assertThat(window.end(Instant.parse("2011-12-29T12:00:00Z"))).isEqualTo("2011-12-30T10:00:00Z");
    assertThat(window.end(Instant.parse("2011-12-30T10:00:00Z"))).isEqualTo("2011-12-31T10:00:00Z");
  }

  @Test
  void anHourIsNeverLongerThanAnHourWhateverClocksDo() {
    // On Lord Howe Island clocks go back by half an hour, from 02:00 to 01:30
    Calendar window = hour("Australia/Lord_Howe");
    Instant change = Instant.parse("2026-04-04T15:00:00Z");

    assertThat(window.start(change.minusMillis(1))).isEqualTo("2026-04-04T14:00:00Z");
    assertThat(window.end(change.minusMillis(1))).isEqualTo(change);
    assertThat(window.start(change)).isEqualTo(change);
    assertThat(window.end(change)).isEqualTo("2026-04-04T15:30:00Z");
    // and forward, from 02:00 to 02:30
    Instant forward = Instant.parse("2026-10-03T15:30:00Z");
    assertThat(window.end(forward.minusMillis(1))).isEqualTo(forward);
    assertThat(window.start(forward)).isEqualTo(forward);
    assertThat(window.end(forward)).isEqualTo("2026-10-03T16:00:00Z");
  }

  @Test
  void anHourThatIsShownAgainIsAnotherWindow() {
    Calendar window = hour("Europe/Berlin");

    assertThat(length(window, "2026-10-25T00:30:00Z")).isEqualTo(Duration.ofHours(1));
    assertThat(length(window, "2026-10-25T01:30:00Z")).isEqualTo(Duration.ofHours(1));
    assertThat(window.end(Instant.parse("2026-10-25T00:30:00Z"))).isEqualTo("2026-10-25T01:00:00Z");
  }

  @Test
  void anHourBeginsWhenClocksOfItsZoneShowIt() {
    assertThat(hour("Asia/Kathmandu").start(Instant.parse("2026-11-29T12:00:00Z")))
        .isEqualTo("2026-11-29T11:15:00Z");
  }

  @Property
  void everyMomentIsInOneWindowAndTheNextFollowsWithoutAGap(
      @ForAll("calendars") Calendar window,
      @ForAll @LongRange(min = 0, max = 4_102_444_800_000L) long millis) {
    Instant now = Instant.ofEpochMilli(millis);
    Instant start = window.start(now);
    Instant end = window.end(now);

    assertThat(start).isBeforeOrEqualTo(now);
    assertThat(end).isAfter(now);
    assertThat(window.start(end)).isEqualTo(end);
    assertThat(window.start(end.minusMillis(1))).isEqualTo(start);
    assertThat(window.end(start)).isEqualTo(end);
  }

  @Provide
  Arbitrary<Calendar> calendars() {
    return Arbitraries.of(
            CalendarUnit.CALENDAR_UNIT_HOUR,
            CalendarUnit.CALENDAR_UNIT_DAY,
            CalendarUnit.CALENDAR_UNIT_WEEK,
            CalendarUnit.CALENDAR_UNIT_MONTH)
        .flatMap(
            unit ->
                Arbitraries.of(
                        "UTC",
                        "Europe/Berlin",
                        "America/Sao_Paulo",
                        "Asia/Kolkata",
                        "Australia/Lord_Howe",
                        "Pacific/Apia",
                        "Africa/Cairo")
                    .map(zone -> new Calendar(unit, ZoneId.of(zone))));
  }

  private static Calendar hour(String zone) {
    return new Calendar(CalendarUnit.CALENDAR_UNIT_HOUR, ZoneId.of(zone));
  }

  private static Calendar day(ZoneId zone) {
    return new Calendar(CalendarUnit.CALENDAR_UNIT_DAY, zone);
  }

  private static Duration length(Calendar window, String at) {
    Instant now = Instant.parse(at);
    return Duration.between(window.start(now), window.end(now));
  }
}
