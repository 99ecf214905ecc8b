package dev.sallyport.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What one rung measured. A call is a piece of {@link Work}: a tool call, a whole list, a stream, a
 * resource.
 *
 * @param floor name of the rung that its latency is compared with; null for none
 * @param p50Micros at the fixed rate, from the moment at which a call was due
 * @param cpuMicrosPerCall of the gateway (or proxy), without stores, in the closed loop
 * @param rssMiB of the gateway (or proxy), without stores, after the load
 * @param ratePerSecond the fixed rate
 * @param redisPerThousand scripts run in Redis for a thousand calls: round trips of limits
 * @param upstreamLists how often the upstream was asked for its tools meanwhile
 */
record Rung(
    String name,
    @Nullable String floor,
    double callsPerSecond,
    long p50Micros,
    long p99Micros,
    double cpuMicrosPerCall,
    double rssMiB,
    double storesCpuMicrosPerCall,
    double storesRssMiB,
    int ratePerSecond,
    long calls,
    double redisPerThousand,
    long upstreamLists,
    long errors,
    String firstError) {}
