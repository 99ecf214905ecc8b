/**
 * The record in Postgres, schema {@code audit}, through the reactive SQL client: one transaction
 * for a batch, arrays instead of a statement for each row.
 */
@NullMarked
package dev.sallyport.audit.postgres;

import org.jspecify.annotations.NullMarked;
