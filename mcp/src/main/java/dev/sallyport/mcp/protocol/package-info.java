/**
 * What the revisions of MCP fix: {@link ProtocolVersion}s and their {@link Era}, method names,
 * error codes, {@code _meta} keys, and the rules of the headers that mirror the body ({@link
 * HeaderRules}). Constants and pure functions; nothing here does input or output.
 */
@NullMarked
package dev.sallyport.mcp.protocol;

import org.jspecify.annotations.NullMarked;
