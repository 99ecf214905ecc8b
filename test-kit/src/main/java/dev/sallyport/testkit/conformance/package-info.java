/** The conformance suite as JUnit tests: one for each required scenario, under its own name. */
@NullMarked
package dev.sallyport.testkit.conformance;

import org.jspecify.annotations.NullMarked;
