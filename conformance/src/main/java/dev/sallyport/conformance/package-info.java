/**
 * The official MCP conformance suite, pinned, and the server that it expects to meet. {@link
 * dev.sallyport.conformance.ConformanceSuite} runs the suite against a server or a client and reads
 * what it wrote; {@link dev.sallyport.conformance.ConformanceFixture} is an upstream with the
 * contents that the suite calls by name, in both eras. {@link dev.sallyport.conformance.NpmFolder}
 * installs pinned packages from npm, once per machine; concurrent JVMs wait for each other.
 *
 * <p>Every process started from here listens on loopback only and ends with this JVM, kill -9
 * included. All methods block.
 */
@NullMarked
package dev.sallyport.conformance;

import org.jspecify.annotations.NullMarked;
