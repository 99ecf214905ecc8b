package dev.sallyport.policy.limit;

import dev.sallyport.proto.policy.v1.CalendarUnit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

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

  /**
   * An hour, day, week (from Monday) or month of the calendar of a time zone. Windows follow each
   * other without gap or overlap, whatever clocks do: a day begins when its date is first reached,
   * and what is then shown a second time belongs to it; an hour ends early where clocks are changed
   * in the midst of it, and the next begins there, so that it is never longer than 60 minutes.
   */
  record Calendar(CalendarUnit unit, ZoneId zone) implements Window {

    /** Beginning of the window that {@code now} lies in. */
    public Instant start(Instant now) {
      return unit == CalendarUnit.CALENDAR_UNIT_HOUR ? startOfHour(now) : begin(period(now));
    }

    /** End of that window, which is the beginning of the next. */
    public Instant end(Instant now) {
      return unit == CalendarUnit.CALENDAR_UNIT_HOUR ? endOfHour(now) : begin(next(period(now)));
    }

    private Instant startOfHour(Instant now) {
      ZoneRules rules = zone.getRules();
      Instant start = now.atOffset(rules.getOffset(now)).truncatedTo(ChronoUnit.HOURS).toInstant();
      // One nanosecond on: a change that happens now has happened.
      ZoneOffsetTransition change = rules.previousTransition(now.plusNanos(1));
      return change != null && change.getInstant().isAfter(start) ? change.getInstant() : start;
    }

    private Instant endOfHour(Instant now) {
      ZoneRules rules = zone.getRules();
      Instant end =
          now.atOffset(rules.getOffset(now)).truncatedTo(ChronoUnit.HOURS).plusHours(1).toInstant();
      ZoneOffsetTransition change = rules.nextTransition(now);
      return change != null && change.getInstant().isBefore(end) ? change.getInstant() : end;
    }

    /** First date of the day, week or month that has been reached last. */
    private LocalDate period(Instant now) {
      LocalDate date = first(LocalDate.ofInstant(now, zone));
      // Clocks that go back over midnight show a date again that is over.
      for (LocalDate after = next(date); !begin(after).isAfter(now); after = next(date)) {
        date = after;
      }
      return date;
    }

    private LocalDate first(LocalDate date) {
      return switch (unit) {
        case CALENDAR_UNIT_DAY -> date;
        case CALENDAR_UNIT_WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        case CALENDAR_UNIT_MONTH -> date.withDayOfMonth(1);
        case CALENDAR_UNIT_HOUR, CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED ->
            throw new IllegalStateException();
      };
    }

    private LocalDate next(LocalDate first) {
      return switch (unit) {
        case CALENDAR_UNIT_DAY -> first.plusDays(1);
        case CALENDAR_UNIT_WEEK -> first.plusWeeks(1);
        case CALENDAR_UNIT_MONTH -> first.plusMonths(1);
        case CALENDAR_UNIT_HOUR, CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED ->
            throw new IllegalStateException();
      };
    }

    /** When the date is first reached, or passed over. */
    private Instant begin(LocalDate date) {
      return date.atStartOfDay(zone).toInstant();
    }
  }
}
