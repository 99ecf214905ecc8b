package dev.sallyport.policy.limit;

import dev.sallyport.proto.policy.v1.CalendarUnit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** Over which time a limit counts. */
public sealed interface Window {

  /** For ever: a budget that is spent once. */
  record Endless() implements Window {}

  /**
   * The time of this length that ends now.
   *
   * @param length 1 s to 366 days
   */
  record Rolling(Duration length) implements Window {}

  /** An hour, day, week (from Monday) or month of the calendar of a time zone. */
  record Calendar(CalendarUnit unit, ZoneId zone) implements Window {

    /** Beginning of the window that {@code now} lies in. */
    public Instant start(Instant now) {
      return startAt(now.atZone(zone)).toInstant();
    }

    /** End of that window, which is the beginning of the next. */
    public Instant end(Instant now) {
      ZonedDateTime start = startAt(now.atZone(zone));
      // From within the next window back to its beginning: a day may lack the hour it began with.
      ZonedDateTime next =
          switch (unit) {
            case CALENDAR_UNIT_HOUR -> start.plusHours(1);
            case CALENDAR_UNIT_DAY -> startAt(start.toLocalDate().plusDays(1).atStartOfDay(zone));
            case CALENDAR_UNIT_WEEK -> startAt(start.toLocalDate().plusWeeks(1).atStartOfDay(zone));
            case CALENDAR_UNIT_MONTH ->
                startAt(start.toLocalDate().plusMonths(1).atStartOfDay(zone));
            case CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException();
          };
      return next.toInstant();
    }

    private ZonedDateTime startAt(ZonedDateTime time) {
      return switch (unit) {
        case CALENDAR_UNIT_HOUR -> time.truncatedTo(ChronoUnit.HOURS);
        case CALENDAR_UNIT_DAY -> time.toLocalDate().atStartOfDay(zone);
        case CALENDAR_UNIT_WEEK ->
            time.toLocalDate()
                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                .atStartOfDay(zone);
        case CALENDAR_UNIT_MONTH -> time.toLocalDate().withDayOfMonth(1).atStartOfDay(zone);
        case CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException();
      };
    }
  }
}
