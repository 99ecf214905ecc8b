/**
 * Rules over arguments and identity (features B6): written here, checked so that what is kept can
 * be evaluated, and carried by every profile of the tenant. Edge evaluates them.
 */
@NullMarked
package dev.sallyport.policy.rule;

import org.jspecify.annotations.NullMarked;
