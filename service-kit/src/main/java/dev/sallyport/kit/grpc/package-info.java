/** gRPC between the services: channels, the token on every call, failures in trailers. */
@NullMarked
package dev.sallyport.kit.grpc;

import org.jspecify.annotations.NullMarked;
