/**
 * Requests that may be sent twice and are done once. Whoever sends an {@code Idempotency-Key} gets
 * the first answer again for a day.
 *
 * <p>All edges agree, because the key is taken in one atomic step in the store that they share.
 * What is kept is sealed, and bound to the tenant, the sender and the key. Where the store cannot
 * be asked, nothing is claimed: everything fails.
 */
@NullMarked
package dev.sallyport.edge.idempotency;

import org.jspecify.annotations.NullMarked;
