/**
 * Sallyport on one machine: the data folder, the embedded stores, key material, and what a person
 * sees at start. Shared by standalone and by the supervisor of {@code --split}.
 *
 * <p>Everything here runs before and around the services, on the caller's thread, and blocks. A
 * failure that a person can mend is a {@link dev.sallyport.host.StartFailed} whose message names
 * the remedy; nothing else is expected to be thrown. Every process started here is recorded with
 * the watcher, so that it ends with this one, {@code kill -9} included. Files are readable by their
 * owner only.
 */
@NullMarked
package dev.sallyport.host;

import org.jspecify.annotations.NullMarked;
