/** The modern era (2026-07-28): stateless, everything in {@code _meta}. */
@NullMarked
package dev.sallyport.executor.upstream.modern;

import org.jspecify.annotations.NullMarked;
