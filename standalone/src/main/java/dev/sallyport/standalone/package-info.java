/**
 * All services in one process, over embedded stores. Holds no behaviour of its own: what happens
 * around the services is in {@code dev.sallyport.host}, what a peer answers is in the service that
 * owns it.
 */
@NullMarked
package dev.sallyport.standalone;

import org.jspecify.annotations.NullMarked;
