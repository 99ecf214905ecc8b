/** The one way of a tool call. Everything that reaches a tool goes through it. */
@NullMarked
package dev.sallyport.edge.call;

import org.jspecify.annotations.NullMarked;
