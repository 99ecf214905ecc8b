/**
 * The peers of a service in the same process: direct calls into the feature layer of the service
 * that answers, in the name of the service that asks. The feature layer authorises them as it does
 * for gRPC; failures are {@link dev.sallyport.kit.error.CallFailed} on both ways.
 */
@NullMarked
package dev.sallyport.standalone.peer;

import org.jspecify.annotations.NullMarked;
