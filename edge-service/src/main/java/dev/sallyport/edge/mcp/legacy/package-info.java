/**
 * The legacy era towards agents: revisions 2024-11-05 to 2025-11-25, with initialize and sessions.
 * Can be deleted with its one caller, {@code EraSelector}, when no client speaks it any more.
 */
@NullMarked
package dev.sallyport.edge.mcp.legacy;

import org.jspecify.annotations.NullMarked;
