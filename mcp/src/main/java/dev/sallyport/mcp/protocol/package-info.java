/** Eras, revisions, error codes, header rules. */
@NullMarked
package dev.sallyport.mcp.protocol;

import org.jspecify.annotations.NullMarked;
