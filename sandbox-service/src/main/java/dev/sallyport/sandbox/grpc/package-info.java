/** The sandbox on gRPC: converts, bounds, and delegates to {@code run}. */
@NullMarked
package dev.sallyport.sandbox.grpc;

import org.jspecify.annotations.NullMarked;
