/**
 * Code Mode (features E): the four meta tools that a caller sees in place of the tools of servers
 * that are for scripts, and runs of scripts. A script runs in the sandbox; each of its calls comes
 * back here and goes the way of all calls. What a run has called is kept in its journal, so that it
 * goes on after it waited for somebody without a call being made twice.
 */
@NullMarked
package dev.sallyport.edge.code;

import org.jspecify.annotations.NullMarked;
