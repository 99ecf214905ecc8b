/**
 * Limits: how many calls, at which rate, for how much money, and whose. What they say is kept in
 * {@link dev.sallyport.policy.limit.LimitStore}; what was used of them is in {@code ledger}.
 */
@NullMarked
package dev.sallyport.policy.limit;

import org.jspecify.annotations.NullMarked;
