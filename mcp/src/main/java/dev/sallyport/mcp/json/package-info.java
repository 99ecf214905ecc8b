/** Canonical JSON. */
@NullMarked
package dev.sallyport.mcp.json;

import org.jspecify.annotations.NullMarked;
