/**
 * Client dialects (features A6): what known clients cannot take, as data, and what is done about
 * it.
 *
 * <p>{@link dev.sallyport.edge.dialect.Clients} recognises a client by how it names itself, with
 * {@code dialects.yaml} of this package and what the operator adds; everything else asks the {@link
 * dev.sallyport.edge.dialect.Dialect} and never who the client is. A client that is not known has
 * {@link dev.sallyport.edge.dialect.Dialect#PLAIN}: it gets the bytes that it would get without
 * this package. A dialect changes how things are shown and named, never what a caller may see or
 * do, so it need not be believed.
 *
 * <p>Whatever cannot be rewritten safely stays as it was. Nothing here blocks, asks another service
 * or follows a reference out of a schema. All types are immutable or safe for any thread.
 */
@NullMarked
package dev.sallyport.edge.dialect;

import org.jspecify.annotations.NullMarked;
