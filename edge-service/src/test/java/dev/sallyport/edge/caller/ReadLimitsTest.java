package dev.sallyport.edge.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit.Builder;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadLimitsTest {

  @Test
  void saysWhatALimitIsInWords() {
    assertThat(text(rate(60, Duration.ofMinutes(1)))).isEqualTo("60 calls per minute");
    assertThat(text(rate(1, Duration.ofHours(24)))).isEqualTo("1 call per day");
    assertThat(text(rate(1_000, Duration.ofSeconds(90)))).isEqualTo("1000 calls per 90 seconds");
    assertThat(text(rate(2, Duration.ofMillis(1_500)))).isEqualTo("2 calls per 1500 ms");
    assertThat(text(limit(LimitKind.LIMIT_KIND_CONCURRENCY, 4)))
        .isEqualTo("4 calls at the same time");
    assertThat(text(limit(LimitKind.LIMIT_KIND_BUDGET, 10_000_000))).isEqualTo("10.00 in all");
    assertThat(text(limit(LimitKind.LIMIT_KIND_TOKENS, 1))).isEqualTo("1 token in all");
    assertThat(
            text(
                limit(LimitKind.LIMIT_KIND_TOKENS, 50_000)
                    .setWindow(LimitWindow.newBuilder().setRollingMillis(3_600_000))))
        .isEqualTo("50000 tokens per hour");
    assertThat(
            text(
                limit(LimitKind.LIMIT_KIND_BUDGET, 125)
                    .setWindow(
                        LimitWindow.newBuilder()
                            .setCalendar(CalendarUnit.CALENDAR_UNIT_MONTH)
                            .setZone("Europe/Berlin"))))
        .isEqualTo("0.000125 per calendar month, Europe/Berlin");
  }

  @Test
  void aCallTakesTheTokensThatTheLimitReservesAndNeverMoreThanThereAre() {
    assertThat(takes(limit(LimitKind.LIMIT_KIND_TOKENS, 50_000))).isEqualTo(1_000);
    assertThat(takes(limit(LimitKind.LIMIT_KIND_TOKENS, 50_000).setReserved(70))).isEqualTo(70);
    assertThat(takes(limit(LimitKind.LIMIT_KIND_TOKENS, 300))).isEqualTo(300);
    assertThat(takes(limit(LimitKind.LIMIT_KIND_BUDGET, 300))).isEqualTo(9);
    assertThat(takes(limit(LimitKind.LIMIT_KIND_RATE, 300))).isEqualTo(1);
  }

  private static long takes(Builder limit) {
    return read(limit, OwnerKind.OWNER_KIND_TENANT, "").takes(9);
  }

  @Test
  void countsTheCallsOfItsOwnerAndOfThoseItsTools() {
    Limit server = read(rate(1, Duration.ofMinutes(1)), OwnerKind.OWNER_KIND_SERVER, "git");
    assertThat(server.owner()).isEqualTo("server git");
    assertThat(server.counts("git", "log")).isTrue();
    assertThat(server.counts("git", "")).isTrue();
    assertThat(server.counts("github", "log")).isFalse();

    Limit tool = read(rate(1, Duration.ofMinutes(1)), OwnerKind.OWNER_KIND_TOOL, "git__log");
    assertThat(tool.owner()).isEqualTo("tool git__log");
    assertThat(tool.counts("git", "log")).isTrue();
    assertThat(tool.counts("git", "push")).isFalse();
    assertThat(tool.counts("git", "")).isFalse();

    Limit key =
        read(
            rate(1, Duration.ofMinutes(1)).addTools("*__write_*"), OwnerKind.OWNER_KIND_KEY, "dev");
    assertThat(key.owner()).isEqualTo("key dev");
    assertThat(key.counts("fs", "write_file")).isTrue();
    assertThat(key.counts("fs", "read_file")).isFalse();

    assertThat(read(rate(1, Duration.ofMinutes(1)), OwnerKind.OWNER_KIND_TENANT, "").owner())
        .isEqualTo("everyone");
  }

  @Test
  void whatIsNotUnderstoodCountsMoreAndNeverLess() {
    Limit kind = read(limit(LimitKind.LIMIT_KIND_UNSPECIFIED, 3), OwnerKind.OWNER_KIND_TENANT, "");
    Limit owner =
        ReadLimits.of(List.of(rate(1, Duration.ofMinutes(1)).setOwnerKindValue(77).build()))
            .getFirst();
    Limit pattern =
        read(
            rate(1, Duration.ofMinutes(1)).addTools("fs__read").addTools("no pattern"),
            OwnerKind.OWNER_KIND_TENANT,
            "");

    assertThat(kind.kind()).isEqualTo(Limit.Kind.RATE);
    assertThat(owner.counts("any", "thing")).isTrue();
    assertThat(pattern.counts("any", "thing")).isTrue();
  }

  private static String text(Builder limit) {
    return read(limit, OwnerKind.OWNER_KIND_TENANT, "").text();
  }

  private static Limit read(Builder limit, OwnerKind kind, String owner) {
    return ReadLimits.of(List.of(limit.setOwnerKind(kind).setOwner(owner).build())).getFirst();
  }

  private static Builder rate(long calls, Duration window) {
    return limit(LimitKind.LIMIT_KIND_RATE, calls)
        .setWindow(LimitWindow.newBuilder().setRollingMillis(window.toMillis()));
  }

  private static Builder limit(LimitKind kind, long units) {
    return dev.sallyport.proto.policy.v1.Limit.newBuilder()
        .setId("lim_1")
        .setName("one")
        .setKind(kind)
        .setUnits(units);
  }
}
