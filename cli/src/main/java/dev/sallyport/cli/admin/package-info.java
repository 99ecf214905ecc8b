/**
 * {@code sallyport keys|limits|servers|tools|calls}: the admin API on the command line. Finds the
 * gateway and its admin key in the data folder. Exit status: 0 done, 1 refused, 2 wrong usage, 3 no
 * gateway answers.
 */
@NullMarked
package dev.sallyport.cli.admin;

import org.jspecify.annotations.NullMarked;
