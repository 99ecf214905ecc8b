/** Secrets: referred to by name, resolved where they are used, never printed. */
@NullMarked
package dev.sallyport.kit.secret;

import org.jspecify.annotations.NullMarked;
