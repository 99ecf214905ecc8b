/** The one error model: what failed, who must act, and what may be said. */
@NullMarked
package dev.sallyport.kit.error;

import org.jspecify.annotations.NullMarked;
