@NullMarked
package dev.sallyport.cli.stdio.http;

import org.jspecify.annotations.NullMarked;
