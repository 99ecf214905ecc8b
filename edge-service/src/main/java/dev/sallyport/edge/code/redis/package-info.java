/** Journals of runs in Redis. */
@NullMarked
package dev.sallyport.edge.code.redis;

import org.jspecify.annotations.NullMarked;
