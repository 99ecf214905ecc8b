/**
 * The other services in their own processes, over gRPC. Any of these gives way to a direct peer.
 */
@NullMarked
package dev.sallyport.edge.peer.grpc;

import org.jspecify.annotations.NullMarked;
