/** Service tokens: who of the suite is calling. */
@NullMarked
package dev.sallyport.kit.token;

import org.jspecify.annotations.NullMarked;
