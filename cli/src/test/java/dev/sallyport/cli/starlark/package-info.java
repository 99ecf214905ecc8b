@NullMarked
package dev.sallyport.cli.starlark;

import org.jspecify.annotations.NullMarked;
