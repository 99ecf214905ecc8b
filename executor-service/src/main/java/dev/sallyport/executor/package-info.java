/**
 * The only service that talks to upstreams and holds their credentials. Features are in {@code
 * exchange} (calls), {@code upstream} (connections) and {@code feed} (registry); this package puts
 * them together.
 */
@NullMarked
package dev.sallyport.executor;

import org.jspecify.annotations.NullMarked;
