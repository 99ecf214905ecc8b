/**
 * The hash chain over the records.
 *
 * <p>There is one chain for each (tenant, shard). The shard of a record is the hash of its edge's
 * id modulo {@link dev.sallyport.audit.chain.HashChain#SHARDS} (four): edges rarely wait for each
 * other's head row, all records of one edge are in one chain, and a chain can still be anchored and
 * verified as one thing. Changing the number only sends later records to other chains.
 *
 * <p>A link is SHA-256 over a versioned, length-prefixed serialisation of: shard, position, the
 * hash before it, and every member of the record but for the erasable ones (content and its salt).
 * The salted digests and lengths of the content are covered, so that content can be erased and the
 * chain still verifies. Version 2 of the serialisation ends with customer, team and user, which
 * records of version 1 do not have, version 3 with the tokens of the result, version 4 with the
 * group and the isolation; a chain may have links of all of them.
 *
 * <p>What it shows: a record that was changed, removed or moved inside the database, by name. What
 * it cannot show alone: a chain that was computed anew to its end together with its head. For that,
 * heads must be anchored outside of this database, which this version does not do yet.
 */
@NullMarked
package dev.sallyport.audit.chain;

import org.jspecify.annotations.NullMarked;
