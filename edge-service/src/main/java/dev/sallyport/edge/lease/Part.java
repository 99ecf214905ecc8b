package dev.sallyport.edge.lease;

/** What one call holds of one lease. */
record Part(Balance balance, HeldLease lease, long units) {}
