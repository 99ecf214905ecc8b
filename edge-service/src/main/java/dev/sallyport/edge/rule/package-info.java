/**
 * Rules over arguments and identity (features B6), where a call and a list meet them. One matcher
 * for both: a tool is out of a list exactly when a call of it is answered as that of an unknown
 * tool.
 *
 * <p>Nothing here waits, reads a clock, or takes longer than {@link dev.sallyport.rules.Work}
 * allows. Without rules nothing is done at all.
 */
@NullMarked
package dev.sallyport.edge.rule;

import org.jspecify.annotations.NullMarked;
