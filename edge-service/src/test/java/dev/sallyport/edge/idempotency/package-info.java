@org.jspecify.annotations.NullMarked
package dev.sallyport.edge.idempotency;
