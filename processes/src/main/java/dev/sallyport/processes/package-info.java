/**
 * Child processes that never outlive the process that started them.
 *
 * <p>Every child leads a session and process group of its own and records itself in the run folder
 * before it becomes the command that was asked for. A {@link
 * dev.sallyport.processes.ProcessWatcher} holds one end of a pipe: when the other end closes, on
 * whatever way this process ended (a return from main, {@code System.exit}, a signal, {@code kill
 * -9}), it ends every recorded group, grandchildren included, first with the recorded signal and
 * after a grace with KILL. What a lost watcher left behind is ended by the next start, matched by
 * start time, so that a recycled process id is never hit.
 *
 * <p>POSIX only. Nothing here interprets the arguments of a command.
 */
@NullMarked
package dev.sallyport.processes;

import org.jspecify.annotations.NullMarked;
