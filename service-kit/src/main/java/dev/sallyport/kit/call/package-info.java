/** Who asks, for whom and until when: passed as a parameter, never held in a thread. */
@NullMarked
package dev.sallyport.kit.call;

import org.jspecify.annotations.NullMarked;
