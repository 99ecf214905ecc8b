/** Frames as bytes: scanning the few members that matter, splicing the few that change. */
@NullMarked
package dev.sallyport.mcp.frame;

import org.jspecify.annotations.NullMarked;
