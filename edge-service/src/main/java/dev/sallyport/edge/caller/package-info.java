/**
 * Who calls, and what that caller may use: resolved once, cached, and dropped the moment policy
 * says so.
 */
@NullMarked
package dev.sallyport.edge.caller;

import org.jspecify.annotations.NullMarked;
