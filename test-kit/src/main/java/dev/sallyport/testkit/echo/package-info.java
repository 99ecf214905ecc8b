/**
 * An MCP server for tests that does what it is told: a fast Streamable HTTP server of either era
 * whose tools echo bytes, wait, stream progress, fail, or misbehave, and which counts what it
 * executed. It has its own JSON scanner, so that it can be the judge of the gateway's. Any thread;
 * everything runs on its own event loop.
 */
@NullMarked
package dev.sallyport.testkit.echo;

import org.jspecify.annotations.NullMarked;
