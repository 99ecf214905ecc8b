/**
 * Starlark for scripts that nobody trusts: parsed once ({@link
 * dev.sallyport.starlark.Program#parse}), run under a {@link dev.sallyport.starlark.Meter} as often
 * as wanted.
 *
 * <p>The language is that of the public Starlark specification; a {@link
 * dev.sallyport.starlark.Dialect} says what may be used beyond it. Strings are sequences of UTF-16
 * elements (the specification's K is 16), as it says for Java: a script can cut a surrogate pair in
 * two, and sees each half as an element; whatever leaves a run as text (print, messages, JSON,
 * bytes) has U+FFFD for such a half.
 *
 * <p>What a script can reach is what the language has, what the {@link
 * dev.sallyport.starlark.Environment} gives, and nothing else: no files, no clock, no network, no
 * random numbers, no identity of objects. The same program with the same answers of the host makes
 * the same calls in the same order, takes the same steps, and prints the same.
 *
 * <p>Every operation pays for the work it does and for the memory it takes before it does so;
 * {@link dev.sallyport.starlark.Limits} says in what units. Nothing here waits, starts threads, or
 * recurses deeper than a stack of one megabyte allows. A run belongs to one thread; programs,
 * environments and modules are shared freely.
 */
@NullMarked
package dev.sallyport.starlark;

import org.jspecify.annotations.NullMarked;
