/** How the edge reaches audit-service when it is a process of its own. */
@NullMarked
package dev.sallyport.audit.grpc;

import org.jspecify.annotations.NullMarked;
