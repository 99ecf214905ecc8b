/**
 * {@code doctor}: what works on this machine and what does not, each finding with its remedy.
 * Changes nothing and starts nothing.
 */
@NullMarked
package dev.sallyport.cli.doctor;

import org.jspecify.annotations.NullMarked;
