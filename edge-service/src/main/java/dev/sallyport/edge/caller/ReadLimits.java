package dev.sallyport.edge.caller;

import dev.sallyport.edge.Money;
import dev.sallyport.edge.caller.Limit.Counted;
import dev.sallyport.edge.caller.Limit.Kind;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.LimitWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Limits as policy sends them. What policy of another version says and edge does not understand
 * makes a limit count more calls, never fewer.
 */
public final class ReadLimits {

  private static final Logger LOG = Logger.getLogger(ReadLimits.class);

  private ReadLimits() {}

  public static List<Limit> of(List<dev.sallyport.proto.policy.v1.Limit> limits) {
    return limits.stream().map(ReadLimits::of).toList();
  }

  private static Limit of(dev.sallyport.proto.policy.v1.Limit limit) {
    Kind kind =
        switch (limit.getKind()) {
          case LIMIT_KIND_RATE -> Kind.RATE;
          case LIMIT_KIND_CONCURRENCY -> Kind.CONCURRENCY;
          case LIMIT_KIND_BUDGET -> Kind.BUDGET;
          case LIMIT_KIND_TOKENS -> Kind.TOKENS;
          case LIMIT_KIND_UNSPECIFIED, UNRECOGNIZED -> {
            LOG.warnf(
                "limit %s is of a kind that is not understood: it counts calls", limit.getId());
            yield Kind.RATE;
          }
        };
    return new Limit(
        limit.getId(),
        limit.getName(),
        owner(limit),
        kind,
        new Counted(ownerPatterns(limit), patterns(limit)),
        limit.getUnits(),
        text(kind, limit),
        kind == Kind.TOKENS ? reserved(limit) : 0);
  }

  /** Never more than there is: a small limit lets one call run after the other. */
  private static long reserved(dev.sallyport.proto.policy.v1.Limit limit) {
    long said = limit.getReserved() == 0 ? Limit.USUALLY_RESERVED : limit.getReserved();
    return Math.clamp(said, 1, limit.getUnits());
  }

  private static String owner(dev.sallyport.proto.policy.v1.Limit limit) {
    return switch (limit.getOwnerKind()) {
      case OWNER_KIND_KEY -> "key " + limit.getOwner();
      case OWNER_KIND_SERVER -> "server " + limit.getOwner();
      case OWNER_KIND_TOOL -> "tool " + limit.getOwner();
      case OWNER_KIND_CUSTOMER -> "customer " + limit.getOwner();
      case OWNER_KIND_TEAM -> "team " + limit.getOwner();
      case OWNER_KIND_USER -> "user " + limit.getOwner();
      case OWNER_KIND_TENANT, OWNER_KIND_ROLE, OWNER_KIND_UNSPECIFIED, UNRECOGNIZED -> "everyone";
    };
  }

  private static List<ToolPattern> ownerPatterns(dev.sallyport.proto.policy.v1.Limit limit) {
    return switch (limit.getOwnerKind()) {
      case OWNER_KIND_SERVER -> parse(limit, limit.getOwner() + "__*");
      case OWNER_KIND_TOOL -> parse(limit, limit.getOwner());
      case OWNER_KIND_KEY,
          OWNER_KIND_CUSTOMER,
          OWNER_KIND_TEAM,
          OWNER_KIND_USER,
          OWNER_KIND_TENANT,
          OWNER_KIND_ROLE,
          OWNER_KIND_UNSPECIFIED,
          UNRECOGNIZED ->
          List.of();
    };
  }

  private static List<ToolPattern> patterns(dev.sallyport.proto.policy.v1.Limit limit) {
    List<ToolPattern> patterns = new ArrayList<>();
    for (String text : limit.getToolsList()) {
      List<ToolPattern> one = parse(limit, text);
      if (one.isEmpty()) {
        return List.of();
      }
      patterns.addAll(one);
    }
    return List.copyOf(patterns);
  }

  /** Empty, which leaves all, where it is not understood. */
  private static List<ToolPattern> parse(dev.sallyport.proto.policy.v1.Limit limit, String text) {
    try {
      return List.of(ToolPattern.parse(text));
    } catch (IllegalArgumentException e) {
      LOG.warnf(
          "limit %s has a tool pattern that is not understood: it counts all tools", limit.getId());
      return List.of();
    }
  }

  private static String text(Kind kind, dev.sallyport.proto.policy.v1.Limit limit) {
    return switch (kind) {
      case RATE -> calls(limit.getUnits()) + window(limit.getWindow());
      case CONCURRENCY -> calls(limit.getUnits()) + " at the same time";
      case BUDGET -> Money.text(limit.getUnits()) + window(limit.getWindow());
      case TOKENS ->
          (limit.getUnits() == 1 ? "1 token" : limit.getUnits() + " tokens")
              + window(limit.getWindow());
    };
  }

  private static String calls(long units) {
    return units == 1 ? "1 call" : units + " calls";
  }

  private static String window(LimitWindow window) {
    if (window.getRollingMillis() > 0) {
      return " per " + length(Duration.ofMillis(window.getRollingMillis()));
    }
    if (window.getCalendar() == CalendarUnit.CALENDAR_UNIT_UNSPECIFIED) {
      return " in all";
    }
    String unit =
        switch (window.getCalendar()) {
          case CALENDAR_UNIT_HOUR -> "hour";
          case CALENDAR_UNIT_DAY -> "day";
          case CALENDAR_UNIT_WEEK -> "week";
          case CALENDAR_UNIT_MONTH -> "month";
          case CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED -> "window";
        };
    return " per calendar " + unit + (window.getZone().isEmpty() ? "" : ", " + window.getZone());
  }

  private static String length(Duration length) {
    record Unit(long seconds, String one, String many) {}
    for (Unit unit :
        List.of(
            new Unit(86_400, "day", "days"),
            new Unit(3_600, "hour", "hours"),
            new Unit(60, "minute", "minutes"),
            new Unit(1, "second", "seconds"))) {
      if (length.toMillis() % (unit.seconds * 1_000) == 0) {
        long count = length.toSeconds() / unit.seconds;
        return count == 1 ? unit.one : count + " " + unit.many;
      }
    }
    return length.toMillis() + " ms";
  }
}
