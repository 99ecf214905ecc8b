/**
 * Spends limits at the edge. Units are leased from policy, which charges them before, and handed to
 * calls here; what no call used is told to policy, which gives it back. A call asks nobody as long
 * as a lease lasts.
 *
 * <p>Never more is handed out than was leased, and nothing of a lease after its time. When policy
 * cannot be asked, calls that a limit counts are refused, or let through if that is configured.
 */
@NullMarked
package dev.sallyport.edge.lease;

import org.jspecify.annotations.NullMarked;
