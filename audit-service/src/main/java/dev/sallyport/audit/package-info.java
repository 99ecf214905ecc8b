/**
 * audit-service: the append-only record of everything. {@code record} is the feature layer (ingest,
 * query), {@code chain} the hash chain and its verification, {@code postgres} where it is kept,
 * {@code grpc} how the edge reaches it.
 */
@NullMarked
package dev.sallyport.audit;

import org.jspecify.annotations.NullMarked;
