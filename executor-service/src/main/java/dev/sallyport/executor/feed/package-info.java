/**
 * What flows between the executor and registry: definitions in, catalogues and health out. Both
 * survive a registry that is away: what is known stays in force, what is to be told is told later.
 */
@NullMarked
package dev.sallyport.executor.feed;

import org.jspecify.annotations.NullMarked;
