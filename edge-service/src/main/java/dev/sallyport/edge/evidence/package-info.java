/**
 * The append-only spool: what happened is in the kernel before it is acted on, and shipped to
 * audit-service beside the path.
 *
 * <p>Promises:
 *
 * <ul>
 *   <li>{@link dev.sallyport.edge.evidence.Evidence#append} may be called by any thread, event
 *       loops included. On {@code YES} the record's bytes are in the kernel: a kill of this process
 *       loses nothing. With {@code sallyport.edge.spool.durability=fsync} they are on the disk (one
 *       fsync for all who wait), so that a lost host loses nothing either, and a call costs a disk
 *       flush.
 *   <li>Records leave in the order in which they were appended, at least once; audit-service
 *       removes duplicates by (tenant, call id, sequence). A position moves past a record only
 *       after audit-service has committed it.
 *   <li>A torn tail after a crash is recognised by its CRC32C and cut off at the next start;
 *       nothing before it is touched.
 *   <li>One folder belongs to one process (a lock file), and names one edge: a random id made once,
 *       and an epoch that grows with every start. The first record of every epoch is EDGE_STARTED.
 *   <li>The spool is bounded. When it is full, {@code sallyport.edge.spool.when-full} says what
 *       happens: {@code refuse} (the call must not go on), or {@code gap} (the record is counted,
 *       durably, and a GAP record follows as soon as there is room). The last sixteenth is kept for
 *       CLOSE records of calls that were let in.
 * </ul>
 *
 * <p>Layout of the folder: {@code lock}, {@code edge-id}, {@code epoch}, {@code acknowledged} (16
 * bytes), {@code dropped} (counts of a full spool), and segments {@code <position>.spool}, named by
 * the position of their first byte in the endless stream. A fully acknowledged segment is deleted.
 */
@NullMarked
package dev.sallyport.edge.evidence;

import org.jspecify.annotations.NullMarked;
