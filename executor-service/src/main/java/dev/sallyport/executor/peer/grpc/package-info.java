/** Registry over gRPC. */
@NullMarked
package dev.sallyport.executor.peer.grpc;

import org.jspecify.annotations.NullMarked;
