/**
 * Virtual keys and what each may use.
 *
 * <p>Promises: every change gets a sequence, sequences are committed in their order, and an answer
 * carries the sequence at which it was true. A watcher sees every change after the sequence that it
 * names, in order, or is told to drop everything; it hears a heartbeat only while this replica can
 * see the changes of all others. All operations may be called from any thread, block none, and
 * answer on an event loop. Failures are {@link dev.sallyport.kit.error.CallFailed}; whoever cannot
 * get an answer must take it for a no.
 */
@NullMarked
package dev.sallyport.policy.access;

import org.jspecify.annotations.NullMarked;
