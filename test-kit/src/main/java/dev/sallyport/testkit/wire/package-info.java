/**
 * MCP over HTTP, byte by byte: what a client library would not let a test say. Blocking; one
 * connection for each exchange.
 */
@NullMarked
package dev.sallyport.testkit.wire;

import org.jspecify.annotations.NullMarked;
