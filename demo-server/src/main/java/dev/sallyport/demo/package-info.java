@NullMarked
package dev.sallyport.demo;

import org.jspecify.annotations.NullMarked;
