/**
 * MCP towards agents: the modern era (2026-07-28), what both eras share, and the choice between
 * them. Free of HTTP types but for the header names; everything runs on the event loop of the
 * request, and nothing blocks. The legacy era is the package {@code legacy}.
 */
@NullMarked
package dev.sallyport.edge.mcp;

import org.jspecify.annotations.NullMarked;
