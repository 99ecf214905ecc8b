/**
 * Starlark without a gateway: a file is run by the bare interpreter, which reaches nothing but what
 * the language has.
 */
@NullMarked
package dev.sallyport.cli.starlark;

import org.jspecify.annotations.NullMarked;
