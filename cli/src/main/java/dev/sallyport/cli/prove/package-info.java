/**
 * {@code prove}: long proofs on the user's own machine. Each starts a gateway of its own on fresh
 * data in a temporary folder, does what an agent and an operator do, over the wire, and says for
 * each check what was seen. Nothing here trusts what the gateway says of itself where another
 * witness can be asked: Postgres is read directly, executions are counted by the upstream.
 */
@NullMarked
package dev.sallyport.cli.prove;

import org.jspecify.annotations.NullMarked;
