package dev.sallyport.edge.lease;

import dev.sallyport.edge.ErrorStatus;
import dev.sallyport.edge.Money;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What a caller is told when a limit is reached: which, whose, and until when (features C3). */
final class LimitRefusals {

  private static final Duration SOON = Duration.ofSeconds(1);

  private LimitRefusals() {}

  /**
   * @param resetsAtMillis since the epoch; 0: not known
   * @param retryAfterMillis 0: not known
   */
  static Failure of(Limit limit, long needed, long resetsAtMillis, long retryAfterMillis) {
    ErrorCode code =
        switch (limit.kind()) {
          case RATE, TOKENS -> ErrorCode.THROTTLED;
          case CONCURRENCY -> ErrorCode.TOO_MANY_IN_FLIGHT;
          case BUDGET -> ErrorCode.OVER_BUDGET;
        };
    String which =
        "The "
            + switch (limit.kind()) {
              case RATE -> "rate limit";
              case CONCURRENCY -> "concurrency limit";
              case BUDGET -> "budget";
              case TOKENS -> "token limit";
            }
            + " '"
            + limit.name()
            + "' of "
            + limit.owner()
            + " ("
            + limit.text()
            + ")";
    if (needed > limit.units()) {
      return Failure.of(
          code,
          which
              + " is less than one call of this tool takes ("
              + Money.text(needed)
              + "); whoever sets limits can raise it.");
    }
    String reached =
        switch (limit.kind()) {
          case RATE, CONCURRENCY -> " is reached";
          case BUDGET -> " is spent";
          case TOKENS -> " is used up";
        };
    if (limit.kind() == Limit.Kind.CONCURRENCY) {
      return new Failure(code, which + reached + "; try again when a call has ended.", SOON);
    }
    if (resetsAtMillis == 0) {
      return Failure.of(code, which + reached + "; whoever sets limits can raise it.");
    }
    return new Failure(
        code,
        which
            + reached
            + "; it resets at "
            + Instant.ofEpochMilli(resetsAtMillis + 999).truncatedTo(ChronoUnit.SECONDS)
            + ", in "
            + ErrorStatus.seconds(Duration.ofMillis(retryAfterMillis))
            + " s.",
        Duration.ofMillis(Math.max(1, retryAfterMillis)));
  }
}
