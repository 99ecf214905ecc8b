package dev.sallyport.policy.limit;

import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.LimitWindow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Windows as the contract has them. */
public final class Windows {

  private Windows() {}

  public static LimitWindow toProto(Window window) {
    return switch (window) {
      case Window.Endless endless -> LimitWindow.getDefaultInstance();
      case Window.Rolling(Duration length) ->
          LimitWindow.newBuilder().setRollingMillis(length.toMillis()).build();
      case Window.Calendar(CalendarUnit unit, ZoneId zone) ->
          LimitWindow.newBuilder().setCalendar(unit).setZone(zone.getId()).build();
    };
  }

  /**
   * @throws DateTimeException if there is no such time zone
   */
  public static Window of(LimitWindow window) {
    if (window.getRollingMillis() > 0) {
      return new Window.Rolling(Duration.ofMillis(window.getRollingMillis()));
    }
    return switch (window.getCalendar()) {
      case CALENDAR_UNIT_HOUR, CALENDAR_UNIT_DAY, CALENDAR_UNIT_WEEK, CALENDAR_UNIT_MONTH ->
          new Window.Calendar(
              window.getCalendar(),
              window.getZone().isEmpty() ? ZoneOffset.UTC : ZoneId.of(window.getZone()));
      case CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED -> new Window.Endless();
    };
  }
}
