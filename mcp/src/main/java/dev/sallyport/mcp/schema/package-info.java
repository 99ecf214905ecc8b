/**
 * JSON Schemas of tools as trees: read faithfully or not at all, with the references that stay in
 * their document. Nothing here validates.
 */
@NullMarked
package dev.sallyport.mcp.schema;

import org.jspecify.annotations.NullMarked;
