/**
 * Counts what a model reads to do a task: with every tool in its list, and with the four meta tools
 * of Code Mode. Everything is made here and counted here, so two runs print the same; no model
 * takes part. {@link dev.sallyport.bench.tokens.Conversation} says how it is counted, {@link
 * dev.sallyport.bench.tokens.Tasks} which tasks there are.
 */
@NullMarked
package dev.sallyport.bench.tokens;

import org.jspecify.annotations.NullMarked;
