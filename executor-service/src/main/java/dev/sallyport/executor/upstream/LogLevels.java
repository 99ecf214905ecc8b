package dev.sallyport.executor.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Severities of {@code notifications/message} (RFC 5424), lowest first. */
public final class LogLevels {

  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private LogLevels() {}

  /** Whether a client that asked for {@code asked} gets a message of {@code level}. */
  public static boolean passes(String asked, @Nullable String level) {
    int floor = LEVELS.indexOf(asked);
    return floor >= 0 && level != null && LEVELS.indexOf(level) >= floor;
  }

  /** How severe a level is, from 0; the most severe for one that nobody knows. */
  static int severity(String level) {
    int known = LEVELS.indexOf(level);
    return known < 0 ? LEVELS.size() : known;
  }
}
