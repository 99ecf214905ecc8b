package dev.sallyport.policy.limit;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What a limit may look like. Every refusal names the limit and the fix. */
final class LimitRules {

  /** Of one tenant. */
  static final int MOST_LIMITS = 1_000_000;

  private static final int MOST_PATTERNS = 100;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern SERVER = Pattern.compile("[a-z0-9-]{1,30}");
  private static final Pattern TOOL = Pattern.compile("[a-z0-9-]{1,30}__[^*\\s]{1,200}");

  private LimitRules() {}

  /** The limit as it will be kept, revision 1. */
  static StoredLimit checked(String tenant, String id, String source, Limit limit) {
    String name = limit.getName();
    if (!NAME.matcher(name).matches() || name.startsWith("lim_")) {
      throw Refusals.invalid(
          "A limit name begins with a letter or digit, has 1 to 64 of letters, digits and . _ -,"
              + " and does not begin with lim_.");
    }
    return new StoredLimit(
        tenant,
        id,
        name,
        ownerKind(limit),
        limit.getOwner(),
        tools(limit),
        limit.getKind(),
        units(limit),
        reserved(limit),
        window(limit),
        source,
        1);
  }

  private static OwnerKind ownerKind(Limit limit) {
    String owner = limit.getOwner();
    switch (limit.getOwnerKind()) {
      case OWNER_KIND_TENANT -> {
        if (!owner.isEmpty()) {
          throw wrong(limit, "a limit of everybody has no owner");
        }
      }
      case OWNER_KIND_KEY -> {
        if (owner.isEmpty()) {
          throw wrong(limit, "the name of the key is missing");
        }
      }
      case OWNER_KIND_SERVER -> {
        if (!SERVER.matcher(owner).matches()) {
          throw wrong(limit, "a server name has 1 to 30 of a-z, 0-9 and '-'");
        }
      }
      case OWNER_KIND_TOOL -> {
        if (!TOOL.matcher(owner).matches()) {
          throw wrong(
              limit, "a tool is server__tool without '*'; for several tools use the patterns");
        }
      }
      case OWNER_KIND_CUSTOMER, OWNER_KIND_TEAM, OWNER_KIND_USER -> {
        if (owner.isEmpty()) {
          throw wrong(limit, "the name of the customer, team or user is missing");
        }
      }
      case OWNER_KIND_ROLE -> throw wrong(limit, "a role has no limits; its teams and users do");
      case OWNER_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw wrong(
              limit,
              "it is of everybody, of a customer, team, user or key, of a server or of a tool");
    }
    return limit.getOwnerKind();
  }

  private static List<String> tools(Limit limit) {
    if (limit.getToolsCount() > MOST_PATTERNS) {
      throw wrong(limit, "it has at most 100 tool patterns; use globs such as server__*");
    }
    for (String tool : limit.getToolsList()) {
      try {
        ToolPattern.parse(tool);
      } catch (IllegalArgumentException e) {
        throw wrong(limit, String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(new LinkedHashSet<>(limit.getToolsList()));
  }

  private static long units(Limit limit) {
    // Unsigned on the wire: what is negative there is too large.
    if (limit.getUnits() < 1 || limit.getUnits() > StoredLimit.MOST_UNITS) {
      throw wrong(
          limit,
          limit.getUnits() == 0
              ? "0 would allow nothing; take the tools from the key instead (tools: [])"
              : "it is from 1 to " + StoredLimit.MOST_UNITS + " units");
    }
    return limit.getUnits();
  }

  private static long reserved(Limit limit) {
    if (limit.getReserved() != 0 && limit.getKind() != LimitKind.LIMIT_KIND_TOKENS) {
      throw wrong(limit, "only a limit of tokens reserves some for a call before it runs");
    }
    if (limit.getReserved() < 0 || limit.getReserved() > limit.getUnits()) {
      throw wrong(
          limit,
          "it cannot reserve more for a call than there is; reserve 1 to "
              + limit.getUnits()
              + " tokens");
    }
    return limit.getReserved();
  }

  private static Window window(Limit limit) {
    LimitWindow asked = limit.getWindow();
    boolean calendar = asked.getCalendarValue() != 0;
    if (asked.getRollingMillis() != 0 && calendar) {
      throw wrong(limit, "a window is rolling or of the calendar, not both");
    }
    if (!asked.getZone().isEmpty() && !calendar) {
      throw wrong(limit, "a time zone belongs to a window of the calendar");
    }
    Window window;
    try {
      window = Windows.of(asked);
    } catch (DateTimeException e) {
      throw wrong(limit, "there is no time zone '" + asked.getZone() + "'; use one such as UTC");
    }
    if (window instanceof Window.Rolling(Duration length)
        && (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0)) {
      throw wrong(limit, "a rolling window is from 1 s to 366 days");
    }
    if (calendar && window instanceof Window.Endless) {
      throw wrong(limit, "a window of the calendar is an hour, a day, a week or a month");
    }
    switch (limit.getKind()) {
      case LIMIT_KIND_RATE -> {
        if (window instanceof Window.Endless || asked.getRollingMillis() < 0) {
          throw wrong(limit, "a rate needs a window of 1 s to 366 days, or of the calendar");
        }
      }
      case LIMIT_KIND_CONCURRENCY -> {
        if (!(window instanceof Window.Endless)) {
          throw wrong(limit, "calls at the same time have no window");
        }
      }
      case LIMIT_KIND_BUDGET, LIMIT_KIND_TOKENS -> {
        if (asked.getRollingMillis() < 0) {
          throw wrong(limit, "a rolling window is from 1 s to 366 days");
        }
      }
      case LIMIT_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw wrong(limit, "it counts calls, calls at the same time, money or tokens");
    }
    return window;
  }

  private static CallFailed wrong(Limit limit, String what) {
    return Refusals.invalid("Limit " + limit.getName() + ": " + what + ".");
  }
}
