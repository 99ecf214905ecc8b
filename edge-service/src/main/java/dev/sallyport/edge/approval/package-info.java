/** Approvals as policy keeps them, for the calls of this edge. */
@NullMarked
package dev.sallyport.edge.approval;

import org.jspecify.annotations.NullMarked;
