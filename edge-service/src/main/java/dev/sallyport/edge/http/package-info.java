/**
 * HTTP towards agents: routes, the checks that come before a message is looked at (Host, Origin,
 * Accept, Content-Type, size, credentials), and replies. In this order, so that what costs comes
 * last: nothing of a body is read for a caller who is not known.
 */
@NullMarked
package dev.sallyport.edge.http;

import org.jspecify.annotations.NullMarked;
