/**
 * Keys in PostgreSQL, schema {@code policy}. Every writing transaction first locks the one row of
 * {@code access_sequence}: writers of all replicas take turns, which makes the order of the outbox
 * the order of its commits.
 */
@NullMarked
package dev.sallyport.policy.postgres;

import org.jspecify.annotations.NullMarked;
