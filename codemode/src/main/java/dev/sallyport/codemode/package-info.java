/**
 * What a model reads in Code Mode, as text: a listing of the tools that it may use, search, stubs
 * and docs, and what the meta tools say of themselves. Nothing here calls a tool or runs a script.
 *
 * <p>Texts are a function of the tools alone, whatever their order, so every replica answers alike.
 * Definitions come from servers that nobody trusts: whatever they hold, a text is bounded, a line
 * stays a line, and a name is a valid name of a script.
 */
@NullMarked
package dev.sallyport.codemode;

import org.jspecify.annotations.NullMarked;
