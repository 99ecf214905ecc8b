/** The executor's gRPC face: converts, bounds, and delegates to {@code exchange}. */
@NullMarked
package dev.sallyport.executor.grpc;

import org.jspecify.annotations.NullMarked;
