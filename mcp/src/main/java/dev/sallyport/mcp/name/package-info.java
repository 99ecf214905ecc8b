/**
 * Names of servers and tools: how they are written, exposed, shortened and matched. Policy matches
 * (server, original tool name); the exposed name is only what agents see.
 */
@NullMarked
package dev.sallyport.mcp.name;

import org.jspecify.annotations.NullMarked;
