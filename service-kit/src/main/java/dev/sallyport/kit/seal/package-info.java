/** Sealed envelopes: what the gateway hands out and must be able to trust when it comes back. */
@NullMarked
package dev.sallyport.kit.seal;

import org.jspecify.annotations.NullMarked;
