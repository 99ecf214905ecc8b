/**
 * How things that a tenant names are kept, whatever they are: limits, groups, owners. Each has a
 * name that is unique in its tenant, an id that stays, a revision that grows by one with every
 * change, and a source that says who may change it: the API, or one file. Every change happens in
 * one transaction, alone among all writers of all replicas, and is announced within it; a change
 * that is refused changes nothing. Nothing blocks.
 */
@NullMarked
package dev.sallyport.policy.kept;

import org.jspecify.annotations.NullMarked;
