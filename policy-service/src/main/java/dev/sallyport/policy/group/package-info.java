/**
 * Tool groups: named collections of tools, attached to keys, customers, teams, users, roles or the
 * whole tenant (features B4). What reaches a key through groups is added to what its own list
 * allows; nothing is taken away. Each group is an endpoint of its own at the edge.
 */
@NullMarked
package dev.sallyport.policy.group;

import org.jspecify.annotations.NullMarked;
