@NullMarked
package dev.sallyport.edge.admin;

import org.jspecify.annotations.NullMarked;
