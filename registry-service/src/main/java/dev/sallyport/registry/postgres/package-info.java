/**
 * Servers and catalogues in PostgreSQL, schema {@code registry}. Every writing transaction first
 * locks the one row of {@code catalogue_sequence}: writers of all replicas take turns, which makes
 * the order of the outbox the order of its commits.
 */
@NullMarked
package dev.sallyport.registry.postgres;

import org.jspecify.annotations.NullMarked;
