package dev.sallyport.bench.load;

/**
 * What one rung measured.
 *
 * @param p50Micros at the fixed rate, from the moment at which a call was due
 * @param cpuMicrosPerCall of the gateway (or proxy), without stores, in the closed loop
 * @param rssMiB of the gateway (or proxy), without stores, after the load
 */
record Rung(
    String name,
    double callsPerSecond,
    long p50Micros,
    long p99Micros,
    double cpuMicrosPerCall,
    double rssMiB,
    double storesCpuMicrosPerCall,
    double storesRssMiB,
    long calls,
    long errors,
    String firstError) {}
