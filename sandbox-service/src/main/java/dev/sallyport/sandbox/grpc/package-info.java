/** The sandbox on gRPC. */
@NullMarked
package dev.sallyport.sandbox.grpc;

import org.jspecify.annotations.NullMarked;
