/** Streamable HTTP: what both eras share of it. */
@NullMarked
package dev.sallyport.executor.upstream.http;

import org.jspecify.annotations.NullMarked;
