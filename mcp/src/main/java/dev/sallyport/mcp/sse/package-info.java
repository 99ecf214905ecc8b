/**
 * Server-sent events, both directions (WHATWG HTML, section 9.2). {@link SseDecoder} takes chunks
 * as they come from the wire; {@link SseEncoder} writes one event at a time and lets nothing in a
 * frame end a line. Nothing here does input or output; a decoder belongs to one stream.
 */
@NullMarked
package dev.sallyport.mcp.sse;

import org.jspecify.annotations.NullMarked;
