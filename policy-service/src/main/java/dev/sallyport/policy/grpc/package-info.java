/** The gRPC shell of policy: converts and delegates, decides nothing. */
@NullMarked
package dev.sallyport.policy.grpc;

import org.jspecify.annotations.NullMarked;
