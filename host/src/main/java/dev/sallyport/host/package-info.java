@NullMarked
package dev.sallyport.host;

import org.jspecify.annotations.NullMarked;
