/**
 * Runs of scripts. This version has no interpreter yet: every run ends at once with a failure that
 * says so, and nothing of the script is evaluated. Edge does not offer Code Mode while that is so.
 */
@NullMarked
package dev.sallyport.sandbox.run;

import org.jspecify.annotations.NullMarked;
