/**
 * The other services as the executor sees them. Split they are gRPC, in one process direct calls.
 */
@NullMarked
package dev.sallyport.executor.peer;

import org.jspecify.annotations.NullMarked;
