/**
 * The command line: the supervisor of {@code up --split}, {@code doctor}, {@code prove}, {@code
 * bench}, and in {@code dev.sallyport.cli.admin} what talks to the admin API of a running gateway.
 *
 * <p>Exit status: 0 done, 1 failed or not held, 2 wrong arguments. What a script reads goes to
 * standard output, everything else to standard error.
 */
@NullMarked
package dev.sallyport.cli;

import org.jspecify.annotations.NullMarked;
