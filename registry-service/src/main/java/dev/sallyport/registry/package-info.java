@NullMarked
package dev.sallyport.registry;

import org.jspecify.annotations.NullMarked;
