@NullMarked
package dev.sallyport.edge.rule;

import org.jspecify.annotations.NullMarked;
