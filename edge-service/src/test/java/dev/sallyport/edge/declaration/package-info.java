@NullMarked
package dev.sallyport.edge.declaration;

import org.jspecify.annotations.NullMarked;
