/** Scripts that call tools, run through a gateway as an agent would run them. */
@NullMarked
package dev.sallyport.cli.script;

import org.jspecify.annotations.NullMarked;
