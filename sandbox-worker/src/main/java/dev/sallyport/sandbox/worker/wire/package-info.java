/**
 * The pipe between the sandbox and one of its workers: frames of a length (four bytes, the highest
 * first), a type (one byte) and a payload. Up goes what a run is told, down what it does.
 *
 * <p>Neither side trusts the other. A frame that is longer than its reader takes, of an unknown
 * type, or not exactly as long as its parts is {@link
 * dev.sallyport.sandbox.worker.wire.MalformedFrame}, after which a reader reads no further: the
 * worker ends, the sandbox kills it. Nothing is reserved for bytes that have not come.
 */
@NullMarked
package dev.sallyport.sandbox.worker.wire;

import org.jspecify.annotations.NullMarked;
