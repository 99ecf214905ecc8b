/**
 * Real stores for tests: PostgreSQL and Redis as child processes of the test JVM, on loopback, on
 * free ports, at most one of each per JVM. They start on the first request and end with the JVM.
 * Any thread.
 */
@NullMarked
package dev.sallyport.testkit.stores;

import org.jspecify.annotations.NullMarked;
