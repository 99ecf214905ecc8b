/**
 * Servers, every revision of their definitions, and what they offer.
 *
 * <p>Promises: what an upstream said last stays known while it is away; a tool's definition is kept
 * and told byte for byte; the catalogue version changes exactly when the list does. Every change
 * gets a sequence, sequences are committed in their order, and watchers get the whole state in one
 * order (tenant, server), then every change. They hear a heartbeat only while this replica can see
 * the changes of all others. All operations may be called from any thread, block none, and answer
 * on an event loop. Failures are {@link dev.sallyport.kit.error.CallFailed}.
 */
@NullMarked
package dev.sallyport.registry.catalogue;

import org.jspecify.annotations.NullMarked;
