package dev.sallyport.edge.lease;

import dev.sallyport.edge.call.Reservations;
import java.util.List;

/** What one call holds. */
record CallHold(List<Part> parts) implements Reservations.Hold {}
