/**
 * HTTP/1.1 to one gateway, as little of it as the bridge needs: POST, GET and DELETE over kept
 * connections, answers with a length, in chunks or until the end, TLS with the machine's trust
 * store; no redirects, no proxies.
 *
 * <p>It stands in for {@code java.net.http} for two reasons. A bridge is one JVM for each client,
 * and {@code java.net.http} alone doubles its start and adds half to its memory. And the bridge
 * must say of a request that failed whether it can have reached the gateway: {@link
 * dev.sallyport.cli.stdio.http.Sent.NotReached} means that not a byte of it was sent, and nothing
 * is ever sent twice.
 *
 * <p>Calls block; use them on virtual threads. An {@link dev.sallyport.cli.stdio.http.HttpExchange}
 * is for one thread, except {@code abort}, which any thread may call at any time.
 */
@NullMarked
package dev.sallyport.cli.stdio.http;

import org.jspecify.annotations.NullMarked;
