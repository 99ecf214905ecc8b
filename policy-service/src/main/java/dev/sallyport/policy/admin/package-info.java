/**
 * Who administers a tenant: roles, and administrators who hold one.
 *
 * <p>Nobody gives a permission that they do not have, and no administrator leaves the tenant
 * without one who may change roles. Both are checked in the transaction that makes the change, and
 * writers of all replicas take turns, so that no two changes pass each other.
 */
@NullMarked
package dev.sallyport.policy.admin;

import org.jspecify.annotations.NullMarked;
