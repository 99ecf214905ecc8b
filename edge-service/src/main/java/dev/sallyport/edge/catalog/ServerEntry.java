package dev.sallyport.edge.catalog;

import dev.sallyport.proto.registry.v1.ServerStatus;
import java.time.Duration;
import java.util.List;

/**
 * One upstream with its tools in the order that it lists them.
 *
 * @param tools without the quarantined ones
 * @param stale the tools are last-known-good; calls fail fast with the reason in {@code status}
 */
public record ServerEntry(
    String name,
    long revision,
    String catalogueVersion,
    ServerStatus status,
    boolean stale,
    String instructions,
    Duration callTimeout,
    List<ToolEntry> tools) {}
