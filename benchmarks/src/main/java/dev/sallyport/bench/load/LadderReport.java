package dev.sallyport.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The rungs as one table and as JSON. */
record LadderReport(List<Rung> rungs, int connections) {

  private static final String ROW = "%-16s %9s %9s %9s %9s %9s %9s %9s %9s %8s %9s%n";

  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%d processors, Java %s; %d connections in the closed loop; latencies at the fixed rate%n%n",
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            connections));
    table.append(
        String.format(
            ROW,
            "rung",
            "per s",
            "CPU us",
            "at rate",
            "p50 us",
            "p99 us",
            "+p50 us",
            "+p99 us",
            "store us",
            "RSS MiB",
            "redis/1k"));
    for (Rung rung : rungs) {
      table.append(
          String.format(
              ROW,
              rung.name(),
              whole(rung.callsPerSecond()),
              whole(rung.cpuMicrosPerCall()),
              rung.ratePerSecond(),
              rung.p50Micros(),
              rung.p99Micros(),
              hasFloor(rung) ? added(rung, true) : "",
              hasFloor(rung) ? added(rung, false) : "",
              whole(rung.storesCpuMicrosPerCall()),
              whole(rung.rssMiB()),
              rounded(rung.redisPerThousand())));
    }
    return table.toString();
  }

  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("processors", Runtime.getRuntime().availableProcessors());
    root.put("java", System.getProperty("java.version"));
    root.put("connections", connections);
    ArrayNode list = root.putArray("rungs");
    for (Rung rung : rungs) {
      ObjectNode node = list.addObject();
      node.put("name", rung.name());
      node.put("callsPerSecond", rounded(rung.callsPerSecond()));
      node.put("addedP50Micros", added(rung, true));
      node.put("addedP99Micros", added(rung, false));
      node.put("cpuMicrosPerCall", rounded(rung.cpuMicrosPerCall()));
      node.put("rssMiB", rounded(rung.rssMiB()));
      node.put("openRatePerSecond", rung.ratePerSecond());
      node.put("p50Micros", rung.p50Micros());
      node.put("p99Micros", rung.p99Micros());
      node.put("storesCpuMicrosPerCall", rounded(rung.storesCpuMicrosPerCall()));
      node.put("storesRssMiB", rounded(rung.storesRssMiB()));
      node.put("redisScriptsPerThousandCalls", rounded(rung.redisPerThousand()));
      node.put("upstreamLists", rung.upstreamLists());
      node.put("calls", rung.calls());
      node.put("errors", rung.errors());
    }
    return root.toPrettyString();
  }

  private boolean hasFloor(Rung rung) {
    return rungs.stream().anyMatch(other -> other.name().equals(rung.floor()));
  }

  /** Over the floor; the whole latency where there is none in this run. */
  private long added(Rung rung, boolean median) {
    long floor =
        rungs.stream()
            .filter(other -> other.name().equals(rung.floor()))
            .mapToLong(other -> median ? other.p50Micros() : other.p99Micros())
            .findFirst()
            .orElse(0);
    return (median ? rung.p50Micros() : rung.p99Micros()) - floor;
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
