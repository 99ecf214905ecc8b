/**
 * Servers, keys, limits and settings that a file declares.
 *
 * <p>{@link dev.sallyport.edge.declaration.DeclarationFile} and {@link
 * dev.sallyport.edge.declaration.McpJsonFile} turn a file into a {@link
 * dev.sallyport.edge.declaration.Declaration}, or into {@link
 * dev.sallyport.edge.declaration.Findings} that name file, line, column, key and fix; they need no
 * running gateway. The reconciler applies declarations at start and whenever a file changes: what a
 * file declares is exactly what exists under its source ({@code file:<name>}), and nothing else is
 * touched. A file that cannot be read or is wrong changes nothing.
 */
@NullMarked
package dev.sallyport.edge.declaration;

import org.jspecify.annotations.NullMarked;
