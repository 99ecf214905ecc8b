/**
 * {@code up --split}: the six services as in production, each a process of its own from its own
 * runnable, over the stores of one data folder. A service that ends is started again on the same
 * port. When the supervisor ends, however it does, everything ends.
 */
@NullMarked
package dev.sallyport.cli.split;

import org.jspecify.annotations.NullMarked;
