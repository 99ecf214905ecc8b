/**
 * Drives the sandbox as edge does, in one process and without edge: {@link
 * dev.sallyport.sandbox.proof.SandboxDriver} runs a script and answers what it calls. {@link
 * dev.sallyport.sandbox.proof.EscapeSuite} lets scripts, and workers that have gone over, try to
 * break out.
 */
@NullMarked
package dev.sallyport.sandbox.proof;

import org.jspecify.annotations.NullMarked;
