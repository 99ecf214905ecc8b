/**
 * Taking records in and giving them out.
 *
 * <p>Promises: a batch is acknowledged after the transaction that holds all of its records has
 * committed. Records are kept once by (tenant, call id, sequence), however often they are sent.
 * What is not a record is kept apart with the reason, and never stops the batches behind it. When
 * an edge says that it began epoch n, every call that it opened in an earlier epoch and that has no
 * CLOSE gets one with the outcome UNKNOWN and the sequence {@link
 * dev.sallyport.audit.record.ArrivedBatch#UNKNOWN_SEQUENCE}, in the chain like any record; a CLOSE
 * that comes after that is kept and wins in every view. A query sees one tenant, the one of its
 * context.
 */
@NullMarked
package dev.sallyport.audit.record;

import org.jspecify.annotations.NullMarked;
