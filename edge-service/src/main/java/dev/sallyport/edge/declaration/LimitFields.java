package dev.sallyport.edge.declaration;

import dev.sallyport.edge.Money;
import dev.sallyport.edge.declaration.DeclaredLimit.Amount;
import dev.sallyport.edge.declaration.DeclaredLimit.Owner;
import dev.sallyport.edge.declaration.DeclaredLimit.Per;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.mcp.name.Nearest;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one limit. The same rules for files and for the admin API. */
public final class LimitFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,15}");
  private static final long MOST_CALLS = 1_000_000_000_000_000L;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  private static final List<String> OWNERS =
      List.of("customer", "team", "user", "key", "server", "tool");
  private static final List<String> AMOUNTS = List.of("calls", "budget", "tokens", "concurrent");
  private static final List<String> CALENDAR = List.of("hour", "day", "week", "month");
  private static final Map<String, CalendarUnit> UNITS =
      Map.of(
          "hour", CalendarUnit.CALENDAR_UNIT_HOUR,
          "day", CalendarUnit.CALENDAR_UNIT_DAY,
          "week", CalendarUnit.CALENDAR_UNIT_WEEK,
          "month", CalendarUnit.CALENDAR_UNIT_MONTH);

  private final Fields fields;
  private final Report report;

  private LimitFields(Fields fields) {
    this.fields = fields;
    this.report = fields.report();
  }

  /** Reports a name that no limit can have. {@code lim_…} is kept for ids. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.add(
          at,
          path,
          "a limit name has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or digit");
    } else if (name.startsWith("lim_")) {
      report.add(at, path, "a limit name must not begin with `lim_`: ids look like that");
    }
  }

  /**
   * Reads {@code tree} as the definition of {@code name}. Empty, with findings, when something is
   * wrong.
   */
  public static Optional<DeclaredLimit> read(String name, Tree tree, String path, Report report) {
    int before = report.findings().size();
    Optional<DeclaredLimit> limit =
        Fields.of(tree, path, report).flatMap(fields -> new LimitFields(fields).limit(name));
    return report.findings().size() == before ? limit : Optional.empty();
  }

  private Optional<DeclaredLimit> limit(String name) {
    Owner owner = owner();
    List<String> tools = tools();
    Amount amount = amount();
    fields.refuseRest();
    return owner == null || amount == null
        ? Optional.empty()
        : Optional.of(new DeclaredLimit(name, owner, tools, amount));
  }

  private @Nullable Owner owner() {
    List<String> there = there(OWNERS);
    if (there.isEmpty()) {
      return new Owner.Everyone();
    }
    if (there.size() > 1) {
      both(there, "a limit belongs to one; keep one, and write a limit of its own for the other");
      return null;
    }
    String key = there.getFirst();
    Optional<String> text = fields.text(key);
    return text.isEmpty() ? null : owner(key, text.get());
  }

  private @Nullable Owner owner(String key, String text) {
    Position at = fields.at(key);
    String path = fields.path(key);
    return switch (key) {
      case "customer", "team", "user" -> {
        OwnerRef ref = OwnerFields.named(key, text, at, path, report);
        yield ref == null ? null : new Owner.Of(ref);
      }
      case "key" -> {
        KeyFields.checkName(text, at, path, report);
        yield new Owner.Key(text);
      }
      case "server" -> {
        ServerFields.checkName(text, at, path, report);
        yield new Owner.Server(text);
      }
      default -> {
        if (text.contains("*")) {
          report.add(
              at, path, "names one tool, `server__tool`; patterns stand in `tools`, as a list");
        } else {
          try {
            ToolPattern.parse(text);
          } catch (IllegalArgumentException e) {
            report.add(at, path, String.valueOf(e.getMessage()));
          }
        }
        yield new Owner.Tool(text);
      }
    };
  }

  /** Other than with a key, an empty list would be a limit that looks like one and is none. */
  private List<String> tools() {
    List<String> tools = KeyFields.tools(fields);
    if (fields.tree("tools").orElse(null) instanceof Tree.Listing listing
        && listing.items().isEmpty()) {
      report.add(
          fields.at("tools"),
          fields.path("tools"),
          "counts nothing; remove it to count every call, or name tools");
    }
    return tools;
  }

  private @Nullable Amount amount() {
    Optional<Per> per = per();
    boolean reserves = fields.has("reserve");
    List<String> there = there(AMOUNTS);
    if (there.isEmpty()) {
      report.add(
          fields.at(),
          fields.path(),
          "needs `calls` (so many `per` time), `budget` (so much money), `tokens` (so many returned) or `concurrent` (so many at once)");
      return null;
    }
    if (there.size() > 1) {
      both(there, "a limit counts one thing; keep one, and write a limit of its own for the other");
      return null;
    }
    if (reserves && !there.getFirst().equals("tokens")) {
      report.add(
          fields.at("reserve"),
          fields.path("reserve"),
          "goes with `tokens`, which are known only when a call has ended; remove it");
    }
    return switch (there.getFirst()) {
      case "calls" -> calls(per);
      case "budget" -> budget(per);
      case "tokens" -> tokens(per);
      default -> concurrent();
    };
  }

  private @Nullable Amount calls(Optional<Per> per) {
    OptionalLong calls = whole("calls");
    if (!fields.has("per")) {
      report.add(
          fields.at("calls"),
          fields.path("calls"),
          "needs `per`, such as 1m (rolling) or day (of the calendar)");
    }
    return calls.isPresent() && per.isPresent()
        ? new Amount.Calls(calls.getAsLong(), per.get())
        : null;
  }

  private @Nullable Amount budget(Optional<Per> per) {
    OptionalLong money =
        fields.tree("budget").orElse(null) instanceof Tree.Scalar scalar
            ? Money.parse(scalar.text())
            : OptionalLong.empty();
    if (money.isEmpty() || money.getAsLong() == 0 || money.getAsLong() > Money.MOST) {
      report.add(
          fields.at("budget"),
          fields.path("budget"),
          "must be an amount from 0.000001 to 1000000000 with at most 6 decimals, such as \"10.00\"");
      return null;
    }
    return new Amount.Budget(money.getAsLong(), per.orElse(null));
  }

  private @Nullable Amount tokens(Optional<Per> per) {
    OptionalLong tokens = whole("tokens");
    OptionalLong reserved = fields.has("reserve") ? whole("reserve") : OptionalLong.of(0);
    if (tokens.isEmpty() || reserved.isEmpty()) {
      return null;
    }
    if (reserved.getAsLong() > tokens.getAsLong()) {
      report.add(
          fields.at("reserve"),
          fields.path("reserve"),
          "must not be more than `tokens`: no call would ever run");
      return null;
    }
    return new Amount.Tokens(tokens.getAsLong(), per.orElse(null), reserved.getAsLong());
  }

  private @Nullable Amount concurrent() {
    OptionalLong calls = whole("concurrent");
    if (fields.has("per")) {
      report.add(
          fields.at("per"),
          fields.path("per"),
          "does not go with `concurrent`, which counts the calls that run now; remove it");
    }
    return calls.isPresent() ? new Amount.Concurrent(calls.getAsLong()) : null;
  }

  private OptionalLong whole(String key) {
    if (fields.tree(key).orElse(null) instanceof Tree.Scalar scalar
        && scalar.kind() == Tree.Kind.NUMBER
        && WHOLE.matcher(scalar.text()).matches()) {
      long number = Long.parseLong(scalar.text());
      if (number <= MOST_CALLS) {
        return OptionalLong.of(number);
      }
    }
    report.add(fields.at(key), fields.path(key), "must be a whole number from 1 to " + MOST_CALLS);
    return OptionalLong.empty();
  }

  /** Empty, without a finding, when there is none. */
  private Optional<Per> per() {
    ZoneId zone = zone();
    Optional<Tree> tree = fields.tree("per");
    String text = tree.orElse(null) instanceof Tree.Scalar scalar ? scalar.text() : "";
    CalendarUnit unit = UNITS.get(text);
    if (unit != null) {
      return Optional.of(new Per.Calendar(unit, zone));
    }
    if (fields.has("zone")) {
      report.add(
          fields.at("zone"),
          fields.path("zone"),
          "goes with a `per` of the calendar (" + String.join(", ", CALENDAR) + "); remove it");
    }
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> length =
        Durations.parse(text)
            .filter(found -> found.compareTo(SHORTEST) >= 0 && found.compareTo(LONGEST) <= 0);
    if (length.isEmpty()) {
      report.add(
          fields.at("per"),
          fields.path("per"),
          "must be a duration with its unit from 1s to 366d, such as 1m, or one of "
              + String.join(", ", CALENDAR)
              + Nearest.of(text, CALENDAR)
                  .map(word -> "; did you mean `" + word + "`?")
                  .orElse(""));
    }
    return length.map(Per.Rolling::new);
  }

  private ZoneId zone() {
    Optional<String> text = fields.text("zone");
    if (text.isPresent()) {
      if (ZoneId.getAvailableZoneIds().contains(text.get())) {
        return ZoneId.of(text.get());
      }
      report.add(
          fields.at("zone"),
          fields.path("zone"),
          "is not a time zone; write one such as Europe/Berlin"
              + Nearest.of(text.get(), ZoneId.getAvailableZoneIds().stream().sorted().toList())
                  .map(zone -> "; did you mean `" + zone + "`?")
                  .orElse(""));
    }
    return ZoneId.of("UTC");
  }

  /** Asks for all of them, so that they count as known. */
  private List<String> there(List<String> keys) {
    List<String> there = new ArrayList<>();
    for (String key : keys) {
      if (fields.has(key)) {
        there.add(key);
      }
    }
    return there;
  }

  private void both(List<String> there, String fix) {
    report.add(
        fields.at(there.get(1)),
        fields.path(),
        (there.size() > 2 ? "all of " : "both ")
            + String.join(" and ", there.stream().map(key -> "`" + key + "`").toList())
            + ": "
            + fix);
  }
}
