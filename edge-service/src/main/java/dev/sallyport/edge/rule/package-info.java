/** What is said of a call beyond whether its tool is allowed. */
@NullMarked
package dev.sallyport.edge.rule;

import org.jspecify.annotations.NullMarked;
