/**
 * From text to a resolved tree: {@link dev.sallyport.starlark.syntax.Lexer}, {@link
 * dev.sallyport.starlark.syntax.Parser}, {@link dev.sallyport.starlark.syntax.Resolver}. Internal
 * to the module: callers use {@link dev.sallyport.starlark.Program}.
 *
 * <p>No text makes anything here throw other than {@link dev.sallyport.starlark.StarlarkException},
 * and none makes it recurse deeper than {@link dev.sallyport.starlark.syntax.Parser#MAX_NESTING}
 * and {@link dev.sallyport.starlark.syntax.Resolver#MAX_HEIGHT} allow.
 */
@NullMarked
package dev.sallyport.starlark.syntax;

import org.jspecify.annotations.NullMarked;
