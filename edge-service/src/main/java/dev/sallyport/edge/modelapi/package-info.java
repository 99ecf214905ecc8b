/**
 * The forms in which APIs of models speak of tools: what goes into a model request, the call that
 * comes out of it, and the answer that goes back. Knows MCP's form and theirs, and calls nothing.
 */
@NullMarked
package dev.sallyport.edge.modelapi;

import org.jspecify.annotations.NullMarked;
