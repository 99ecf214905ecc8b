/**
 * A document that a person wrote, as values with the place of each: YAML and JSON read into the
 * same tree, without making objects from it. Reading is bounded (size, depth, number of values), so
 * that a hostile document is a finding and never a hang. Pure: no threads, no framework.
 */
@NullMarked
package dev.sallyport.edge.declaration.tree;

import org.jspecify.annotations.NullMarked;
