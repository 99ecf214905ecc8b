/** What was used of limits, and who holds what of them. */
@NullMarked
package dev.sallyport.policy.ledger;

import org.jspecify.annotations.NullMarked;
