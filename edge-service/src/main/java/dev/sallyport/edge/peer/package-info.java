/**
 * The other services as edge sees them. In one process these are direct calls, split they are gRPC.
 */
@NullMarked
package dev.sallyport.edge.peer;

import org.jspecify.annotations.NullMarked;
