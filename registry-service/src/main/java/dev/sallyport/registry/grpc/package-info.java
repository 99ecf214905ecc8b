/** The gRPC shell of registry: converts and delegates, decides nothing. */
@NullMarked
package dev.sallyport.registry.grpc;

import org.jspecify.annotations.NullMarked;
