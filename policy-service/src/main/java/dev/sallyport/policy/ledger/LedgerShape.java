package dev.sallyport.policy.ledger;

import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.limit.Window;
import dev.sallyport.proto.policy.v1.LimitKind;
import java.time.Duration;
import java.time.Instant;

/**
 * How the units of a limit are counted over time.
 *
 * <p>A window is counted in slices: what is charged in a slice counts until the slice has left the
 * window. A lease may be handed out until it expires, so a rolling slice counts for the life of a
 * lease longer: never less than the window, and at most 15 % more.
 *
 * @param name tells this way of counting from every other; another one counts anew
 * @param units of the limit
 * @param width of a slice, milliseconds
 * @param retention how long a slice counts from its beginning, milliseconds
 * @param start of the calendar window, milliseconds since the epoch
 * @param finish of the calendar window, milliseconds since the epoch
 * @param blocks Postgres allots what Redis hands out
 * @param life of a lease
 * @param linger how long a lease is remembered after it has expired and its slice counts no more,
 *     milliseconds: what a call used beyond it counts when the call ends
 */
public record LedgerShape(
    Type type,
    String name,
    long units,
    long width,
    long retention,
    long start,
    long finish,
    boolean blocks,
    Duration life,
    long linger) {

  /** The longest life of a lease, and how long a ledger that lost its memory waits. */
  public static final Duration LONGEST_LIFE = Duration.ofSeconds(5);

  private static final Duration SHORTEST_LIFE = Duration.ofMillis(100);

  /** The life of permits: how long those of an edge that died are missing. */
  private static final Duration PERMIT_LIFE = Duration.ofSeconds(5);

  /** More than a call may take. */
  private static final Duration TOKENS_LINGER = Duration.ofHours(2);

  private static final int SLICES = 20;
  private static final int LIVES = 10;

  /** What is counted over less than this starts anew when Redis loses its memory. */
  private static final Duration BLOCKS_FROM = Duration.ofMinutes(10);

  /** How slices leave the window. */
  public enum Type {
    ROLLING("rolling"),
    CALENDAR("calendar"),
    ENDLESS("endless"),
    PERMITS("permits");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** As the limit counts at this moment. */
  static LedgerShape of(StoredLimit limit, Instant now) {
    if (limit.kind() == LimitKind.LIMIT_KIND_CONCURRENCY) {
      return new LedgerShape(
          Type.PERMITS, "permits", limit.units(), 0, 0, 0, 0, false, PERMIT_LIFE, 0);
    }
    boolean money = limit.kind() == LimitKind.LIMIT_KIND_BUDGET;
    boolean tokens = limit.kind() == LimitKind.LIMIT_KIND_TOKENS;
    String kind = money ? "money-" : tokens ? "tokens-" : "calls-";
    long linger = tokens ? TOKENS_LINGER.toMillis() : 0;
    return switch (limit.window()) {
      case Window.Endless endless ->
          new LedgerShape(
              Type.ENDLESS,
              kind + "endless",
              limit.units(),
              0,
              0,
              0,
              0,
              true,
              LONGEST_LIFE,
              linger);
      case Window.Rolling(Duration length) -> {
        Duration life = within(length.dividedBy(LIVES), SHORTEST_LIFE, LONGEST_LIFE);
        long width = Math.max(1, length.toMillis() / SLICES);
        yield new LedgerShape(
            Type.ROLLING,
            kind + "rolling-" + length.toMillis(),
            limit.units(),
            width,
            length.toMillis() + width + life.toMillis(),
            0,
            0,
            money || length.compareTo(BLOCKS_FROM) >= 0,
            life,
            linger);
      }
      case Window.Calendar calendar -> {
        Instant start = calendar.start(now);
        Instant finish = calendar.end(now);
        yield new LedgerShape(
            Type.CALENDAR,
            kind + "calendar-" + calendar.unit().getNumber() + '-' + calendar.zone(),
            limit.units(),
            0,
            0,
            start.toEpochMilli(),
            finish.toEpochMilli(),
            true,
            LONGEST_LIFE,
            linger);
      }
    };
  }

  private static Duration within(Duration value, Duration least, Duration most) {
    return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
  }

  /**
   * Up to where Postgres allots, so that what a lost Redis leaves in doubt is little: a part of the
   * limit while much is free, and what is needed near its end.
   *
   * @param used of the slice
   * @param free of the limit
   */
  long block(long used, long needed, long free) {
    return used + needed + Math.min((free - needed) / 4, units / 32);
  }
}
