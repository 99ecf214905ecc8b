package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads limits (features C1, C2). The same rules for files and for the admin API. */
public final class LimitFields {

  /** The calendar windows by the word that says them. */
  public static final Map<String, CalendarUnit> CALENDAR =
      Map.of(
          "hour", CalendarUnit.CALENDAR_UNIT_HOUR,
          "day", CalendarUnit.CALENDAR_UNIT_DAY,
          "week", CalendarUnit.CALENDAR_UNIT_WEEK,
          "month", CalendarUnit.CALENDAR_UNIT_MONTH);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,7})(s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final int MOST_CALLS = 1_000_000_000;
  private static final int MOST_CONCURRENT = 1_000_000;
  private static final long MOST_MICROS = 1_000_000_000_000_000L;
  private static final List<String> OWNERS = List.of("key", "server", "tool");
  private static final List<String> AMOUNTS = List.of("calls", "budget", "concurrent");
  private static final String PER =
      "must be a time such as 90s, 1m, 24h, 30d, or hour, day, week, month";

  private LimitFields() {}

  /** Reports a name that no limit can have. {@code lim_…} is kept for ids. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.add(
          at,
          path,
          "a limit name has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or"
              + " digit");
    } else if (name.startsWith("lim_")) {
      report.add(at, path, "a limit name must not begin with `lim_`: ids look like that");
    }
  }

  static Optional<Limit> read(Tree.Member member, String path, Report report) {
    checkName(member.key(), member.at(), path, report);
    return Fields.of(member.value(), path, report)
        .map(
            fields -> {
              Limit limit = read(member.key(), fields);
              fields.refuseRest();
              return limit;
            });
  }

  /** The limit as far as it can be read; what is wrong is in the report. */
  public static Limit read(String name, Fields fields) {
    Limit.Builder limit = Limit.newBuilder().setName(name);
    owner(fields, limit);
    if (fields.has("tools")) {
      List<String> tools = KeyFields.tools(fields);
      if (tools.isEmpty()) {
        fields
            .report()
            .add(
                fields.at("tools"),
                fields.path("tools"),
                "an empty list counts nothing; leave it out to count every tool");
      }
      limit.addAllTools(tools);
    }
    amount(fields, limit);
    window(fields, limit);
    return limit.build();
  }

  private static void owner(Fields fields, Limit.Builder limit) {
    limit.setOwnerKind(OwnerKind.OWNER_KIND_TENANT);
    Map<String, String> owners = new LinkedHashMap<>();
    OWNERS.forEach(word -> fields.text(word).ifPresent(text -> owners.put(word, text)));
    if (owners.size() > 1) {
      fields
          .report()
          .add(
              fields.at(),
              fields.path(),
              "has both "
                  + String.join(" and ", owners.keySet().stream().map(o -> "`" + o + "`").toList())
                  + "; keep one, and narrow it with `tools`");
      return;
    }
    owners.forEach(
        (word, text) -> {
          limit.setOwner(text);
          switch (word) {
            case "key" -> limit.setOwnerKind(OwnerKind.OWNER_KIND_KEY);
            case "server" -> limit.setOwnerKind(OwnerKind.OWNER_KIND_SERVER);
            default -> {
              limit.setOwnerKind(OwnerKind.OWNER_KIND_TOOL);
              if (!text.contains("__") || text.contains("*")) {
                fields
                    .report()
                    .add(
                        fields.at(word),
                        fields.path(word),
                        "must be one tool, server__tool; for several use `tools`");
              }
            }
          }
        });
  }

  private static void amount(Fields fields, Limit.Builder limit) {
    List<String> present = AMOUNTS.stream().filter(fields::has).toList();
    if (present.size() != 1) {
      fields
          .report()
          .add(
              fields.at(),
              fields.path(),
              present.isEmpty()
                  ? "says no amount; give `calls`, `budget` or `concurrent`"
                  : "has " + String.join(" and ", present) + "; make a limit of each");
      return;
    }
    switch (present.getFirst()) {
      case "calls" -> {
        limit.setKind(LimitKind.LIMIT_KIND_RATE);
        whole(fields, "calls", MOST_CALLS, limit);
      }
      case "concurrent" -> {
        limit.setKind(LimitKind.LIMIT_KIND_CONCURRENCY);
        whole(fields, "concurrent", MOST_CONCURRENT, limit);
      }
      default -> {
        limit.setKind(LimitKind.LIMIT_KIND_BUDGET);
        money(fields, "budget", 1, MOST_MICROS).ifPresent(limit::setUnits);
      }
    }
  }

  private static void whole(Fields fields, String key, int most, Limit.Builder limit) {
    OptionalInt number = fields.whole(key, 1, most);
    number.ifPresent(limit::setUnits);
  }

  /**
   * A member that is an amount of money, quoted or not, in millionths.
   *
   * @param least in millionths
   * @param most in millionths
   */
  public static Optional<Long> money(Fields fields, String key, long least, long most) {
    Optional<Tree> tree = fields.tree(key);
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    Optional<Long> micros =
        tree.filter(Tree.Scalar.class::isInstance)
            .flatMap(scalar -> Money.micros(((Tree.Scalar) scalar).text()))
            .filter(amount -> amount >= least && amount <= most);
    if (micros.isEmpty()) {
      fields
          .report()
          .add(
              tree.get().at(),
              fields.path(key),
              "must be an amount from "
                  + Money.text(least)
                  + " to "
                  + Money.text(most)
                  + " with at most 6 places, such as \"10.00\"");
    }
    return micros;
  }

  private static void window(Fields fields, Limit.Builder limit) {
    Optional<String> per = fields.text("per");
    Optional<String> zone = fields.text("zone");
    Report report = fields.report();
    if (limit.getKind() == LimitKind.LIMIT_KIND_CONCURRENCY && fields.has("per")) {
      report.add(
          fields.at("per"),
          fields.path("per"),
          "calls at the same time have no window; leave it out");
    }
    if (limit.getKind() == LimitKind.LIMIT_KIND_RATE && !fields.has("per")) {
      report.add(fields.at(), fields.path(), "`calls` needs `per`, which " + PER);
    }
    LimitWindow.Builder window = LimitWindow.newBuilder();
    per.ifPresent(
        text -> {
          CalendarUnit unit = CALENDAR.get(text);
          if (unit != null) {
            window.setCalendar(unit);
          } else {
            length(text)
                .ifPresentOrElse(
                    length -> window.setRollingMillis(length.toMillis()),
                    () ->
                        report.add(
                            fields.at("per"), fields.path("per"), PER + "; at most 366 days"));
          }
        });
    zone.ifPresent(text -> zone(fields, text, window));
    if (!window.equals(LimitWindow.newBuilder())) {
      limit.setWindow(window);
    }
  }

  private static void zone(Fields fields, String text, LimitWindow.Builder window) {
    if (window.getCalendar() == CalendarUnit.CALENDAR_UNIT_UNSPECIFIED) {
      fields
          .report()
          .add(
              fields.at("zone"),
              fields.path("zone"),
              "belongs to `per: hour`, `day`, `week` or `month`; leave it out");
      return;
    }
    try {
      window.setZone(ZoneId.of(text).getId());
    } catch (DateTimeException e) {
      fields
          .report()
          .add(
              fields.at("zone"),
              fields.path("zone"),
              "there is no such time zone; write one such as Europe/Berlin or UTC");
    }
  }

  private static Optional<Duration> length(String text) {
    Matcher matcher = LENGTH.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration length =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    return length.isZero() || length.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(length);
  }

  /** The shortest text that says this window; empty for one that never ends. */
  public static Optional<String> per(LimitWindow window) {
    if (window.getRollingMillis() > 0) {
      long seconds = Duration.ofMillis(window.getRollingMillis()).toSeconds();
      return Optional.of(
          seconds % 86_400 == 0
              ? seconds / 86_400 + "d"
              : seconds % 3_600 == 0
                  ? seconds / 3_600 + "h"
                  : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s");
    }
    return CALENDAR.entrySet().stream()
        .filter(word -> word.getValue() == window.getCalendar())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
