/**
 * The MCP servers and clients that people really use, from npm, pinned by a lock file. {@link
 * dev.sallyport.testkit.npm.NpmPackages#install()} installs them once per machine into a cache
 * folder named by the lock's digest; concurrent JVMs wait for each other. Every process started
 * from here ends with the test JVM, kill -9 included, and listens on loopback only.
 */
@NullMarked
package dev.sallyport.testkit.npm;

import org.jspecify.annotations.NullMarked;
