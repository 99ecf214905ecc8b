/**
 * {@code sallyport stdio}: MCP on standard input and output, Streamable HTTP to the gateway, for
 * clients that speak stdio only. Both eras on one bridge, told apart by each message: what has a
 * protocol version in its {@code _meta} is modern, the rest is legacy.
 *
 * <ul>
 *   <li>Standard output has messages only, one on a line, whole; everything else goes to standard
 *       error.
 *   <li>A message comes out as the bytes that the gateway sent, except that CR and LF outside
 *       strings are spaces.
 *   <li>Every request is answered once: by the gateway, or by an error of the bridge's own whose
 *       message says what to do. A request that was cancelled gets none from the bridge.
 *   <li>Nothing is sent twice, except what the gateway refused without looking at it: with 404 for
 *       a session that is gone, or -32020 for headers that an outdated schema gave.
 *   <li>Requests run beside each other, each on a virtual thread; legacy notifications keep their
 *       order.
 * </ul>
 */
@NullMarked
package dev.sallyport.cli.stdio;

import org.jspecify.annotations.NullMarked;
