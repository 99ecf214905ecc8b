package dev.sallyport.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one load generator does.
 *
 * @param url the MCP endpoint
 * @param key sent as a bearer token; {@code null}: none
 * @param tool exposed name of the tool to call
 * @param connections in flight at once in the closed phases; connections of the pool
 * @param warmSeconds closed loop, not measured
 * @param closedSeconds closed loop, measured
 * @param ratePerSecond calls begun per second in the open phase, whatever comes back
 * @param openSeconds open phase
 */
record LoadPlan(
    String url,
    @Nullable String key,
    String tool,
    int connections,
    int warmSeconds,
    int closedSeconds,
    int ratePerSecond,
    int openSeconds) {

  /** Calls that a closed phase never exceeds, so that no run is unbounded. */
  static final long MOST_CALLS = 2_000_000;

  List<String> toArguments() {
    return List.of(
        url,
        key == null ? "-" : key,
        tool,
        Integer.toString(connections),
        Integer.toString(warmSeconds),
        Integer.toString(closedSeconds),
        Integer.toString(ratePerSecond),
        Integer.toString(openSeconds));
  }

  static LoadPlan of(String[] arguments) {
    return new LoadPlan(
        arguments[0],
        arguments[1].equals("-") ? null : arguments[1],
        arguments[2],
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]),
        Integer.parseInt(arguments[5]),
        Integer.parseInt(arguments[6]),
        Integer.parseInt(arguments[7]));
  }
}
