package dev.sallyport.bench.load;

import java.util.List;

/**
 * What one load generator does.
 *
 * @param work what is asked for
 * @param subject exposed name of the tool, URI of the resource; anything for a list
 * @param url the MCP endpoint
 * @param keys file with a key on each line, sent as bearer tokens in turn; {@code -}: none
 * @param connections in flight at once in the closed phases; connections of the pool
 * @param warmSeconds closed loop, not measured
 * @param closedSeconds closed loop, measured
 * @param ratePerSecond pieces of work begun per second in the open phase, whatever comes back
 * @param openSeconds open phase
 */
record LoadPlan(
    Work work,
    String subject,
    String url,
    String keys,
    int connections,
    int warmSeconds,
    int closedSeconds,
    int ratePerSecond,
    int openSeconds) {

  /** Work that a closed phase never exceeds, so that no run is unbounded. */
  static final long MOST_CALLS = 2_000_000;

  static final String NO_KEYS = "-";

  List<String> toArguments() {
    return List.of(
        work.name(),
        subject,
        url,
        keys,
        Integer.toString(connections),
        Integer.toString(warmSeconds),
        Integer.toString(closedSeconds),
        Integer.toString(ratePerSecond),
        Integer.toString(openSeconds));
  }

  static LoadPlan of(String[] arguments) {
    return new LoadPlan(
        Work.of(arguments[0]),
        arguments[1],
        arguments[2],
        arguments[3],
        Integer.parseInt(arguments[4]),
        Integer.parseInt(arguments[5]),
        Integer.parseInt(arguments[6]),
        Integer.parseInt(arguments[7]),
        Integer.parseInt(arguments[8]));
  }
}
