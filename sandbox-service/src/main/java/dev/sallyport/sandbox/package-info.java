@NullMarked
package dev.sallyport.sandbox;

import org.jspecify.annotations.NullMarked;
