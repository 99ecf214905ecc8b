/**
 * What there is to call: immutable snapshots, pushed by registry, kept on disk for the day registry
 * is away.
 */
@NullMarked
package dev.sallyport.edge.catalog;

import org.jspecify.annotations.NullMarked;
