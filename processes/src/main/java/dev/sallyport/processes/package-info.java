@NullMarked
package dev.sallyport.processes;

import org.jspecify.annotations.NullMarked;
