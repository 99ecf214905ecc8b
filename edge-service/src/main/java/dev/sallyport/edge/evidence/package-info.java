/**
 * The append-only spool: what happened is in the kernel before it is acted on, and shipped beside
 * the path.
 */
@NullMarked
package dev.sallyport.edge.evidence;

import org.jspecify.annotations.NullMarked;
