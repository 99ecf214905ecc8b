/**
 * A small MCP server over stdio, of both eras, so that the first call through a gateway works on a
 * machine that has nothing but a JDK. One JSON-RPC message per line in, one per line out, nothing
 * else on standard output. It answers bad input and goes on; it ends when standard input does.
 */
@NullMarked
package dev.sallyport.demo;

import org.jspecify.annotations.NullMarked;
