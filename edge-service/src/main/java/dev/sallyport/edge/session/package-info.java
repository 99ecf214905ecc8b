/**
 * Sessions of the legacy era. A session id is a sealed envelope, so that any edge can go on with
 * it; what an edge must learn from the others is only which sessions were ended. That is pushed
 * over Redis, asked there when an edge meets a session for the first time, and asked again every
 * half minute, so that a lost push heals. A session authenticates nobody: the key does, on every
 * request, and a session opens only for the key it was made for.
 */
@NullMarked
package dev.sallyport.edge.session;

import org.jspecify.annotations.NullMarked;
