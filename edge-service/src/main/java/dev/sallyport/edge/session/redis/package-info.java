/** Ended sessions in Redis. */
@NullMarked
package dev.sallyport.edge.session.redis;

import org.jspecify.annotations.NullMarked;
