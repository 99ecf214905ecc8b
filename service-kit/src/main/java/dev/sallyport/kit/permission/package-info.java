/**
 * What an administrator may do: permissions, a closed list with stable names, and the roles that
 * are always there. Edge decides by them; policy keeps the roles that tenants make of them.
 */
@NullMarked
package dev.sallyport.kit.permission;

import org.jspecify.annotations.NullMarked;
