/**
 * Runs of scripts. Only edge may ask for one. A run has a worker to itself from its beginning to
 * its end; what the script calls goes to the {@link dev.sallyport.sandbox.run.Sink}, and only that
 * answers: nothing here reaches anybody else.
 *
 * <p>A worker is not believed: calls name tools by their place in Start, so that no other can be
 * named; steps, sizes and counts are held here once more; the clock is this process's. What a
 * script did wrong is a {@code ScriptFailure}; what is wrong with the sandbox is a {@code Failure}.
 *
 * <p>Never blocks and never throws; sinks are told one thing at a time, without a lock of the run
 * being held, and {@code end} last and once.
 */
@NullMarked
package dev.sallyport.sandbox.run;

import org.jspecify.annotations.NullMarked;
