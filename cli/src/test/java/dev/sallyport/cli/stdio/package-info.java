@NullMarked
package dev.sallyport.cli.stdio;

import org.jspecify.annotations.NullMarked;
