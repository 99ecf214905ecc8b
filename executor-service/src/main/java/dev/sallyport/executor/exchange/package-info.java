/**
 * Calls: one exchange with an upstream for each, from the client's frame to the answer in the
 * client's own id.
 *
 * <p>This is the feature layer: it authorises the peer, keeps deadlines, and is the same whether it
 * is reached over gRPC or directly. Nothing here blocks or throws to its callers; everything that
 * goes wrong is told in {@link dev.sallyport.executor.exchange.Sink#end}. Frames stay bytes: a
 * request is spliced once (id, name, progress token, {@code _meta}), an answer once (id).
 */
@NullMarked
package dev.sallyport.executor.exchange;

import org.jspecify.annotations.NullMarked;
