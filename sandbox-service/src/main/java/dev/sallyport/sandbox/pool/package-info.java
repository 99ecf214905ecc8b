/**
 * Worker processes: how one is started and kept from everything else, and who has it when.
 *
 * <p>A worker runs one script at a time and, once it has run one, serves that tenant only, until it
 * ends. It is killed and not asked. A worker is never trusted: whatever it says is checked by who
 * uses it, and one that does not keep to its protocol, or does not end in time, is killed.
 *
 * <p>Nothing here waits: who asks for a worker is told when there is one, on any thread and without
 * a lock of the pool being held. Every worker is in a process group that the watcher ends when this
 * process ends, however it ends.
 */
@NullMarked
package dev.sallyport.sandbox.pool;

import org.jspecify.annotations.NullMarked;
