@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
