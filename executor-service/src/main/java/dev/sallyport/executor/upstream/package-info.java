/**
 * Upstreams: one state machine and one shared connection for each, isolated from all others by
 * queues, timeouts and caps of its own.
 *
 * <p>An {@link dev.sallyport.executor.upstream.Upstream} has one virtual thread of control that
 * connects, reads the catalogue, waits, and connects again; it is the only writer of its {@link
 * dev.sallyport.executor.upstream.UpstreamState}. Calls never wait for it: they read the state and
 * go straight to the {@link dev.sallyport.executor.upstream.Connection}, whose threads are those of
 * its transport. Bytes handed to a listener are valid only during that call.
 *
 * <p>The two eras of the protocol are two packages beside each other, {@code modern} and the
 * deletable {@code legacy}; {@link dev.sallyport.executor.upstream.Connector} is the one selector.
 */
@NullMarked
package dev.sallyport.executor.upstream;

import org.jspecify.annotations.NullMarked;
