/**
 * The ledger in Redis: one hash for each limit and way of counting, changed by scripts only. All
 * keys of a tenant carry its hash tag, so that they are on one node of a cluster.
 */
@NullMarked
package dev.sallyport.policy.redis;

import org.jspecify.annotations.NullMarked;
