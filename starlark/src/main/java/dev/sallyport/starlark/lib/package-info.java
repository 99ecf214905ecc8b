/**
 * Libraries that a host may put into an {@link dev.sallyport.starlark.Environment}, each as one
 * value: {@link dev.sallyport.starlark.lib.JsonLibrary}, {@link
 * dev.sallyport.starlark.lib.MathLibrary}, {@link dev.sallyport.starlark.lib.RegexLibrary}, {@link
 * dev.sallyport.starlark.lib.TimeLibrary}. None of them reads anything outside the script; the
 * clock is what the host says. All of their work is charged.
 */
@NullMarked
package dev.sallyport.starlark.lib;

import org.jspecify.annotations.NullMarked;
