/** Names of servers and tools: how they are exposed, shortened and matched. */
@NullMarked
package dev.sallyport.mcp.name;

import org.jspecify.annotations.NullMarked;
