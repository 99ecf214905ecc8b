/**
 * Approvals (features D2): a call that needs a person waits here as a record until somebody decides
 * it, and an approval is taken by exactly one call of the same key, tool and arguments. All changes
 * of a tenant are made one after the other, whichever replica makes them. What has passed its time
 * is over without anybody writing it down.
 */
@NullMarked
package dev.sallyport.policy.approval;

import org.jspecify.annotations.NullMarked;
