/**
 * What a frame costs: scanning, splicing and making one line of it, by JMH. {@link FrameBenchmark}
 * is the measure, {@code AllocationGuardTest} the bound that CI holds it to.
 */
@NullMarked
package dev.sallyport.bench.jmh;

import org.jspecify.annotations.NullMarked;
