/**
 * Customers, teams and users: whom virtual keys belong to (features B2). They form trees below the
 * tenant: a customer has no parent, a team is of a customer or of another team, a user of a team or
 * of a customer. A key belongs to one of them, and so to all above it; what limits, groups and
 * roles say of an owner, they say of all that belongs to it. A parent is always there, and never
 * below its own child: that is checked in the transaction that writes.
 */
@NullMarked
package dev.sallyport.policy.owner;

import org.jspecify.annotations.NullMarked;
