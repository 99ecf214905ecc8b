/** Upstreams that are child processes, one message a line. The same in both eras. */
@NullMarked
package dev.sallyport.executor.upstream.stdio;

import org.jspecify.annotations.NullMarked;
