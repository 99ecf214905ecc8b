/**
 * The load ladder: the same calls against the upstream itself, through a bare reverse proxy,
 * through standalone and through the split services, so that the difference between two rungs is
 * the price of what lies between them. Upstream, proxy, gateway and load generator are processes of
 * their own; everything is bounded in time and count.
 */
@NullMarked
package dev.sallyport.bench.load;

import org.jspecify.annotations.NullMarked;
