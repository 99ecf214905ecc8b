@NullMarked
package dev.sallyport.kit;

import org.jspecify.annotations.NullMarked;
