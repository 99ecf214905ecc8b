/** Server-sent events, both directions. */
@NullMarked
package dev.sallyport.mcp.sse;

import org.jspecify.annotations.NullMarked;
